package io.plinth.itests.harness;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** One request being put together. */
public final class Call {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient client;
    private final String method;
    private final HttpRequest.Builder request;
    private HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.noBody();

    Call(HttpClient client, URI uri, String method) {
        this.client = client;
        this.method = method;
        this.request = HttpRequest.newBuilder(uri).timeout(TIMEOUT);
    }

    public Call token(String token) {
        return header("Authorization", "Bearer " + token);
    }

    public Call header(String name, String value) {
        request.setHeader(name, value);
        return this;
    }

    /** A body of JSON, from a value. */
    public Call json(Object value) {
        try {
            return jsonText(JSON.writeValueAsString(value));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** A body of JSON, well-formed or not, as it stands. */
    public Call jsonText(String text) {
        return body("application/json", text.getBytes(StandardCharsets.UTF_8));
    }

    public Call mergePatch(Object value) {
        try {
            return body("application/merge-patch+json", JSON.writeValueAsBytes(value));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    public Call form(Map<String, String> fields) {
        return body("application/x-www-form-urlencoded", Http.formOf(fields).getBytes(StandardCharsets.UTF_8));
    }

    public Call body(String type, byte[] bytes) {
        this.body = HttpRequest.BodyPublishers.ofByteArray(bytes);
        return header("Content-Type", type);
    }

    /** A body whose length is not announced. */
    public Call chunked(String type, byte[] bytes) {
        this.body = HttpRequest.BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(bytes));
        return header("Content-Type", type);
    }

    /** A body that is made while it is sent, of unknown length. */
    public Call body(String type, HttpRequest.BodyPublisher publisher) {
        this.body = publisher;
        return header("Content-Type", type);
    }

    /** How long it may take; half a minute unless told. */
    public Call timeout(Duration timeout) {
        request.timeout(timeout);
        return this;
    }

    public Reply send() {
        return Http.send(client, request.method(method, body).build());
    }

    /** Sends it and goes on; the future fails as {@link #send} would. */
    public CompletableFuture<Reply> begin() {
        return client.sendAsync(request.method(method, body).build(), HttpResponse.BodyHandlers.ofByteArray())
                .thenApply(response ->
                        new Reply(response.statusCode(), response.headers(), response.body(), response.version()));
    }

    /** Sends it and returns as soon as the head of the answer is there. */
    public HttpResponse<InputStream> open() {
        try {
            return client.send(request.method(method, body).build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
