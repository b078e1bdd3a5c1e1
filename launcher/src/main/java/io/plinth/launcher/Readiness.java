package io.plinth.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks {@code /health/ready} over the loopback port. */
final class Readiness {
    private static final int TIMEOUT_MILLIS = 3_000;
    private static final Pattern CHECK_DOWN =
            Pattern.compile("\"name\"\\s*:\\s*\"([^\"]{1,64})\"\\s*,\\s*\"status\"\\s*:\\s*\"DOWN\"");

    private final URI uri;
    private String seen = "the HTTP port does not answer yet";

    Readiness(int httpPort) {
        this.uri = URI.create("http://127.0.0.1:" + httpPort + "/health/ready");
    }

    boolean isReady() {
        try {
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            int status = connection.getResponseCode();
            try (InputStream body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
                String text = body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8);
                if (status == HttpURLConnection.HTTP_OK) {
                    return true;
                }
                List<String> down = down(text);
                seen = down.isEmpty() ? "/health/ready answers " + status : "down: " + String.join(", ", down);
            }
        } catch (IOException notYet) {
            seen = "the HTTP port does not answer (" + notYet.getMessage() + ")";
        }
        return false;
    }

    /** Names of the checks that are down. */
    static List<String> down(String health) {
        List<String> names = new ArrayList<>();
        Matcher matcher = CHECK_DOWN.matcher(health);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }

    /** What was last seen of a server that is not ready. */
    String seen() {
        return seen;
    }
}
