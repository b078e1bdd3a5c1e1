package io.plinth.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.itests.harness.CapabilityJar;
import io.plinth.itests.harness.Commands.Outcome;
import io.plinth.itests.harness.Distribution;
import io.plinth.itests.harness.Eventually;
import io.plinth.itests.harness.Http;
import io.plinth.itests.harness.Load;
import io.plinth.itests.harness.PlinthServer;
import io.plinth.itests.harness.ServerLogOnFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/** A new version beside the old by hand, and the old one stopped, under load: no request fails. */
@ExtendWith(ServerLogOnFailure.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SwapIT {
    private static final String BUNDLE = "io.plinth.example";
    private static final String CAPABILITY = "example";
    private static final String NEXT = "0.1.1";
    private static PlinthServer server;

    @BeforeAll
    static void start() {
        server = PlinthServer.start("swap", Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    @Order(1)
    void dropsNoRequest() {
        Path next = CapabilityJar.next(Distribution.shared().file(BUNDLE + "-", ".jar"), NEXT, "hello", "howdy");
        try (Load load = load(server.http())) {
            load.awaitMore(200);
            console("bundle:install -s " + next.toUri());
            load.awaitMore(200);
            console("bundle:stop " + BUNDLE + "/" + Distribution.version());
            Eventually.within(
                    Duration.ofSeconds(30), () -> assertThat(greeting()).isEqualTo("howdy"));
            load.awaitMore(200);

            // And back, since a rollback is a swap too.
            console("bundle:start " + BUNDLE + "/" + Distribution.version());
            load.awaitMore(200);
            console("bundle:stop " + BUNDLE + "/" + NEXT);
            Eventually.within(
                    Duration.ofSeconds(30), () -> assertThat(greeting()).isEqualTo("hello"));
            load.awaitMore(200);
            load.stop();
            System.out.println("swap by hand: " + load.answered() + " requests, slowest "
                    + load.slowest().toMillis() + " ms, failures "
                    + load.failures().size());
            assertThat(load.failures()).isEmpty();
        }
    }

    /** Without a second version the requests wait until the first one is back. */
    @Test
    @Order(2)
    void aRestartOfTheOnlyVersionIsWaitedFor() {
        try (Load load = load(server.http())) {
            load.awaitMore(200);
            console("bundle:stop " + BUNDLE + "/" + Distribution.version());
            console("bundle:start " + BUNDLE + "/" + Distribution.version());
            Eventually.within(
                    Duration.ofSeconds(30), () -> assertThat(greeting()).isEqualTo("hello"));
            load.awaitMore(200);
            load.stop();
            assertThat(load.failures()).isEmpty();
        }
    }

    /** The control: the same load sees when a capability is gone, so it would have seen a gap above. */
    @Test
    @Order(3)
    void itsRemovalIsSeen() {
        try (Load load = load(server.http())) {
            load.awaitMore(200);
            console("plinth:capability-remove " + CAPABILITY);
            load.awaitMore(100);
            load.stop();
            assertThat(load.failures()).isNotEmpty();
            // Its neighbour never noticed.
            assertThat(load.failures()).noneMatch(failure -> failure.contains("/api/v1/users"));
        }
    }

    private static Load load(Http http) {
        String token = http.admin();
        return new Load()
                .with(200, () -> http.get("/api/v1/example"))
                .with(200, () -> http.callHttp2("GET", "/api/v1/example"))
                .with(202, () -> http.callPlain("POST", "/api/v1/example")
                        .token(token)
                        .json(Map.of("message", "x".repeat(900))))
                .with(200, () -> http.get("/api/v1/users?limit=1").token(token));
    }

    private static String greeting() {
        return server.http()
                .get("/api/v1/example")
                .send()
                .json()
                .path("message")
                .asText();
    }

    private static void console(String command) {
        Outcome outcome = server.plinth("console", command);
        assertThat(outcome.exitCode()).as("%s: %s", command, outcome.output()).isZero();
        assertThat(outcome.output()).doesNotContain("Error executing");
    }
}
