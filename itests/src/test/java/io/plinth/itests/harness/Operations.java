package io.plinth.itests.harness;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;

/** A client of {@code /api/v1/capabilities}, as the contract describes it. */
public final class Operations {
    private static final String CAPABILITIES = "/api/v1/capabilities";
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final Duration LEAK_CHECK_MAX = Duration.ofSeconds(180);

    private final PlinthServer server;

    public Operations(PlinthServer server) {
        this.server = server;
    }

    /** An operation as it was seen. */
    public record Operation(JsonNode json) {
        public String state() {
            return json.path("state").asText();
        }

        public boolean isRunning() {
            return state().equals("running");
        }

        public String reason() {
            return json.path("reason").asText("");
        }

        public String leak() {
            return json.path("leak").asText("");
        }

        /** The step of that name; a missing node when there is none. */
        public JsonNode step(String name) {
            for (JsonNode step : json.path("steps")) {
                if (step.path("name").asText().equals(name)) {
                    return step;
                }
            }
            return MissingNode.getInstance();
        }

        public String stepState(String name) {
            return step(name).path("state").asText("");
        }

        /** Fails, with all that the server said, unless it ended so. */
        public Operation expect(String state) {
            assertThat(state()).as(json.toPrettyString()).isEqualTo(state);
            return this;
        }
    }

    /** Signs the package with the server's own key. */
    public Path signed(Path file) {
        Commands.Outcome outcome = server.plinth("sign", file.toString());
        assertThat(outcome.exitCode()).as(outcome.output()).isZero();
        return file;
    }

    /** Sends a package as it stands. */
    public Reply post(Path file, String query) {
        try {
            return server.http()
                    .post(CAPABILITIES + query)
                    .token(server.http().admin())
                    .body("application/java-archive", Files.readAllBytes(file))
                    .send();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Signs and sends a package, which must be taken; returns the location of the operation. */
    public String begin(CapabilitySource source, String query) {
        return taken(post(signed(source.jar()), query));
    }

    /** Signs and sends a package and waits for the end of its operation. */
    public Operation install(CapabilitySource source, String query) {
        return await(begin(source, query));
    }

    /** Installs without a probation, and expects success. */
    public Operation installed(CapabilitySource source) {
        return install(source, "?probation=0").expect("succeeded");
    }

    public Reply postRollback(String name) {
        return server.http()
                .post(CAPABILITIES + "/" + name + "/rollback")
                .token(server.http().admin())
                .send();
    }

    public Operation rollback(String name) {
        return await(taken(postRollback(name)));
    }

    public Reply delete(String name) {
        return server.http()
                .call("DELETE", CAPABILITIES + "/" + name)
                .token(server.http().admin())
                .send();
    }

    public Operation remove(String name) {
        return await(taken(delete(name)));
    }

    /** Location of an operation that was begun. */
    public String taken(Reply reply) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(202);
        String location = reply.needHeader("Location");
        return location.substring(location.indexOf(CAPABILITIES));
    }

    public Operation get(String location) {
        Reply reply = server.http().get(location).token(server.http().admin()).send();
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        return new Operation(reply.json());
    }

    /** Asks until it is over. */
    public Operation await(String location) {
        return Eventually.get(LIMIT, () -> {
            Operation operation = get(location);
            assertThat(operation.isRunning())
                    .as(operation.json().toPrettyString())
                    .isFalse();
            return operation;
        });
    }

    /** Asks until the class loaders of the version before were looked for, which is some time after the end. */
    public Operation leakChecked(String location) {
        return Eventually.get(LEAK_CHECK_MAX, () -> {
            Operation operation = get(location);
            assertThat(operation.leak()).as(operation.json().toPrettyString()).isNotBlank();
            return operation;
        });
    }

    /** Asks until the step has begun, or the operation is over. */
    public Operation awaitStep(String location, String step) {
        Set<String> notBegun = Set.of("", "pending");
        return Eventually.get(LIMIT, () -> {
            Operation operation = get(location);
            assertThat(operation.isRunning() && notBegun.contains(operation.stepState(step)))
                    .as(operation.json().toPrettyString())
                    .isFalse();
            return operation;
        });
    }

    /** The capabilities that are installed. */
    public List<JsonNode> list() {
        Reply reply =
                server.http().get(CAPABILITIES).token(server.http().admin()).send();
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        List<JsonNode> items = new ArrayList<>();
        reply.json().path("items").forEach(items::add);
        return items;
    }

    /** One of {@link #list}; a missing node when it is not installed. */
    public JsonNode capability(String name) {
        return list().stream()
                .filter(item -> item.path("name").asText().equals(name))
                .findFirst()
                .orElse(MissingNode.getInstance());
    }

    /** The version that the server says is serving; empty for none. */
    public String version(String name) {
        return capability(name).path("version").asText("");
    }

    /** What a {@link CapabilitySource#greeter} says now. */
    public String greeting(String name) {
        Reply reply = server.http().get("/api/v1/" + name).send();
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        return reply.json().path("message").asText();
    }

    /** Fails unless that version serves, both by its own word and by the server's. */
    public void assertServes(String name, String version) {
        assertThat(greeting(name)).isEqualTo(CapabilitySource.greeting(name, version));
        assertThat(version(name)).isEqualTo(version);
        assertThat(capability(name).path("state").asText()).isEqualTo("active");
    }

    /** Ids of the bundles of a capability. */
    public List<Long> bundles(String name) {
        return StreamSupport.stream(capability(name).path("bundles").spliterator(), false)
                .map(bundle -> bundle.path("id").asLong())
                .toList();
    }
}
