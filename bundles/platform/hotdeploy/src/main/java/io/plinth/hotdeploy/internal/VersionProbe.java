package io.plinth.hotdeploy.internal;

import io.plinth.gateway.Gate;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.concurrent.TimeUnit;

/** Asks a version over the loopback port, at its internal address, whether it answers. */
final class VersionProbe {
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final long PAUSE_MILLIS_MIN = 2;
    private static final long PAUSE_MILLIS_MAX = 100;

    private final String origin;
    private final Gate gate;
    private final long timeoutMillis;

    VersionProbe(int httpPort, Gate gate, long timeoutMillis) {
        this.origin = "http://127.0.0.1:" + httpPort;
        this.gate = gate;
        this.timeoutMillis = timeoutMillis;
    }

    /**
     * Waits until the version answers.
     *
     * @return empty string when it does, else what was last seen
     */
    String await(String base) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        long pauseMillis = PAUSE_MILLIS_MIN;
        String seen = "";
        while (System.nanoTime() < deadline) {
            try {
                int status = status(base + ReadinessProbe.PATH);
                if (status == HttpURLConnection.HTTP_NO_CONTENT) {
                    return "";
                }
                seen = "answered " + status;
            } catch (IOException notYet) {
                seen = String.valueOf(notYet.getMessage());
            }
            TimeUnit.MILLISECONDS.sleep(pauseMillis);
            pauseMillis = Math.min(PAUSE_MILLIS_MAX, pauseMillis * 2);
        }
        return "did not answer its probe within " + timeoutMillis + " ms; last seen: " + seen;
    }

    /** Status of a GET at an internal address. */
    int status(String path) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(origin + path).toURL().openConnection();
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        connection.setRequestProperty(Gate.PROBE_HEADER, gate.probeToken());
        try {
            return connection.getResponseCode();
        } finally {
            connection.disconnect();
        }
    }
}
