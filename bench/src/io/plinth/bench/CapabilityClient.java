package io.plinth.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Begins operations on capabilities and waits for them. */
final class CapabilityClient {
    private static final Duration LIMIT = Duration.ofSeconds(150);
    private static final long POLL_MILLIS = 100;
    private static final Pattern STEP = Pattern.compile("\\{[^{}]*\"tookMillis\"[^{}]*\\}");
    private static final Pattern MILLIS = Pattern.compile("\"tookMillis\"\\s*:\\s*(\\d+)");

    private final HttpClient client;
    private final String origin;
    private final Supplier<String> token;

    CapabilityClient(HttpClient client, String origin, Supplier<String> token) {
        this.client = client;
        this.origin = origin;
        this.token = token;
    }

    /** A step: its state, and how long it took. */
    record Step(String state, long millis) {}

    /**
     * An operation.
     *
     * @param json as the server said it
     */
    record Operation(String state, Map<String, Step> steps, String json) {
        private static final List<String> AFTER_FLIP = List.of("drain", "probation", "clean");
        private static final List<String> AFTER_DRAIN = List.of("probation", "clean");

        boolean isRunning() {
            return state.equals("running");
        }

        /** When every new request went to the new version, told from the end. */
        Instant flippedAt() throws IOException {
            return endedAt().minusMillis(millis(AFTER_FLIP));
        }

        /** When the old version was drained and stopped. */
        Instant drainedAt() throws IOException {
            return endedAt().minusMillis(millis(AFTER_DRAIN));
        }

        Instant endedAt() throws IOException {
            return Instant.parse(MeasuredServer.field(json, "endedAt"));
        }

        boolean hasBegun(String step) {
            Step found = steps.get(step);
            return found != null && !found.state().equals("pending");
        }

        private long millis(List<String> names) {
            return steps.entrySet().stream()
                    .filter(step -> names.contains(step.getKey()))
                    .mapToLong(step -> step.getValue().millis())
                    .sum();
        }
    }

    /** Sends a package; returns the address of the operation. */
    String install(Path file, int probationSeconds) throws IOException, InterruptedException {
        return begin(request("/api/v1/capabilities?probation=" + probationSeconds)
                .header("Content-Type", "application/java-archive")
                .POST(HttpRequest.BodyPublishers.ofFile(file)));
    }

    String rollback(String capability) throws IOException, InterruptedException {
        return begin(request("/api/v1/capabilities/" + capability + "/rollback")
                .POST(HttpRequest.BodyPublishers.noBody()));
    }

    /** Waits for its end, which must be this one. */
    Operation await(String location, String state) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        Operation operation = get(location);
        while (operation.isRunning()) {
            if (System.nanoTime() > deadline) {
                throw new IOException("still running after " + LIMIT + ": " + operation.json());
            }
            Thread.sleep(POLL_MILLIS);
            operation = get(location);
        }
        if (!operation.state().equals(state)) {
            throw new IOException("not " + state + ": " + operation.json());
        }
        return operation;
    }

    /** Waits until the step has begun. */
    Operation awaitStep(String location, String step) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        Operation operation = get(location);
        while (!operation.hasBegun(step)) {
            if (!operation.isRunning() || System.nanoTime() > deadline) {
                throw new IOException("did not come to " + step + ": " + operation.json());
            }
            Thread.sleep(POLL_MILLIS);
            operation = get(location);
        }
        return operation;
    }

    String text(String path) throws IOException, InterruptedException {
        return sent(request(path).GET(), 200).body();
    }

    private Operation get(String location) throws IOException, InterruptedException {
        String json = text(location);
        Map<String, Step> steps = new LinkedHashMap<>();
        Matcher step = STEP.matcher(json);
        while (step.find()) {
            Matcher millis = MILLIS.matcher(step.group());
            millis.find();
            steps.put(
                    MeasuredServer.field(step.group(), "name"),
                    new Step(MeasuredServer.field(step.group(), "state"), Long.parseLong(millis.group(1))));
        }
        // The state of the operation itself is the one outside of the steps.
        String rest = STEP.matcher(json).replaceAll("");
        return new Operation(MeasuredServer.field(rest, "state"), steps, json);
    }

    private String begin(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = sent(request, 202);
        String location = response.headers().firstValue("Location").orElseThrow();
        return location.startsWith("http") ? URI.create(location).getRawPath() : location;
    }

    private HttpResponse<String> sent(HttpRequest.Builder request, int status) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != status) {
            throw new IOException(response.statusCode() + " " + response.body());
        }
        return response;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(origin + path))
                .timeout(LIMIT)
                .header("Authorization", "Bearer " + token.get());
    }
}
