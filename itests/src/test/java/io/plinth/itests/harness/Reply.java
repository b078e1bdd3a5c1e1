package io.plinth.itests.harness;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** One answer. */
public record Reply(int status, HttpHeaders headers, byte[] bytes, HttpClient.Version version) {
    /** Stands for a request that got no answer: status 0 and the reason as text. */
    static Reply broken(String reason) {
        return new Reply(
                0,
                HttpHeaders.of(Map.of(), (name, value) -> true),
                reason.getBytes(StandardCharsets.UTF_8),
                HttpClient.Version.HTTP_1_1);
    }

    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    public JsonNode json() {
        try {
            return Call.JSON.readTree(bytes);
        } catch (IOException e) {
            throw new AssertionError("no JSON: " + this, e);
        }
    }

    public Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    /** Value of a header that must be there. */
    public String needHeader(String name) {
        return header(name).orElseThrow(() -> new AssertionError("no header " + name + " in " + this));
    }

    @Override
    public String toString() {
        return status + " " + headers.map() + "\n" + text();
    }
}
