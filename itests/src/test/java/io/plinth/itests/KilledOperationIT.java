package io.plinth.itests;

import static io.plinth.itests.harness.CapabilitySource.greeter;
import static io.plinth.itests.harness.CapabilitySource.greeting;
import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.itests.harness.CapabilitySource;
import io.plinth.itests.harness.Distribution;
import io.plinth.itests.harness.Operations;
import io.plinth.itests.harness.Operations.Operation;
import io.plinth.itests.harness.PlinthServer;
import io.plinth.itests.harness.Ports;
import io.plinth.itests.harness.Reply;
import io.plinth.itests.harness.ServerLogOnFailure;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code kill -9} in the middle of an operation: after the next start the old version serves or the new one does, and list,
 * traffic and bundles agree. One data folder is killed again and again; each operation leads to the next version.
 */
@ExtendWith(ServerLogOnFailure.class)
@TestMethodOrder(MethodOrderer.MethodName.class)
class KilledOperationIT {
    private static final String NAME = "cat";
    private static final Path DATA = Distribution.freshFolder("killedoperation");
    private static final Ports PORTS = Ports.free();
    private static final Random RANDOM = new Random(3);
    private static PlinthServer server;
    private static Operations operations;
    private static int minor;

    @BeforeAll
    static void start() {
        restart();
        operations.installed(version(0));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Steps that a package, or a request in flight, can make long enough to be hit for sure. */
    @ParameterizedTest
    @ValueSource(strings = {"migrate", "start", "health", "drain", "probation", "canary-10"})
    void atAStep(String step) {
        int from = minor;
        CapabilitySource source = stretched(version(from + 1), step, from + 1);
        if (step.equals("drain")) {
            server.http().get("/api/v1/" + NAME + "/slow?millis=8000").begin();
        }
        String query = step.startsWith("canary") ? "?strategy=canary&probation=20" : "?probation=20";
        String location = operations.begin(source, query);
        Operation operation = operations.awaitStep(location, step);
        assertThat(operation.stepState(step))
                .as(operation.json().toPrettyString())
                .isEqualTo("running");
        assertOldOrNew(location, from, step);
    }

    /** The short steps are hit by chance: at moments over the whole of an operation that nothing holds up. */
    @ParameterizedTest
    @ValueSource(longs = {0, 30, 80, 150, 250, 400})
    void atAMoment(long millis) {
        int from = minor;
        Path file = operations.signed(version(from + 1).jar());
        Operations before = operations;
        CompletableFuture<String> taken = CompletableFuture.supplyAsync(() -> {
            try {
                Reply reply = before.post(file, "?probation=0");
                return reply.status() == 202 ? before.taken(reply) : "";
            } catch (UncheckedIOException killed) {
                return "";
            }
        });
        LockSupport.parkNanos(Duration.ofMillis(millis).toNanos() + RANDOM.nextInt(20_000_000));
        server.kill();
        String location = taken.join();
        restartAndCheck(location, from, millis + " ms");
    }

    @Test
    void whileItIsRolledBack() {
        int from = minor;
        String location = operations.begin(version(from + 1), "?probation=60");
        operations.awaitStep(location, "probation");
        String back = operations.taken(operations.postRollback(NAME));
        assertOldOrNew(back, from, "rollback");
    }

    @Test
    void whileItIsRemoved() {
        operations.installed(greeter("mouse", "1.0.0").source("Slow"));
        server.http().get("/api/v1/mouse/slow?millis=8000").begin();
        String location = operations.taken(operations.delete("mouse"));
        operations.awaitStep(location, "drain");
        server.kill();
        restart();
        int status = server.http().get("/api/v1/mouse").send().status();
        assertThat(status).isEqualTo(operations.capability("mouse").isMissingNode() ? 404 : 200);
        assertThat(operations.get(location).isRunning()).isFalse();
    }

    private static void assertOldOrNew(String location, int from, String moment) {
        server.kill();
        restartAndCheck(location, from, moment);
    }

    private static void restartAndCheck(String location, int from, String moment) {
        restart();
        String version = operations.version(NAME);
        assertThat(version).isIn("1." + from + ".0", "1." + (from + 1) + ".0");
        operations.assertServes(NAME, version);
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Reply reply = server.http().get("/api/v1/" + NAME).send();
            statuses.add(reply.status());
            assertThat(reply.json().path("message").asText()).isEqualTo(greeting(NAME, version));
        }
        assertThat(statuses).containsOnly(200);
        // Exactly one bundle of it, of that version: nothing of the other is left over.
        assertThat(operations.capability(NAME).path("bundles").size()).isEqualTo(1);
        assertThat(server.plinth("console", "bundle:list -s -t 0").lines().stream()
                        .filter(line -> line.contains("org.example." + NAME)))
                .hasSize(1)
                .allMatch(line -> line.contains(version));
        if (!location.isEmpty()) {
            Operation operation = operations.get(location);
            assertThat(operation.isRunning())
                    .as(operation.json().toPrettyString())
                    .isFalse();
            System.out.println("killed at " + moment + ": " + version + " serves, from 1." + from + ".0, operation "
                    + operation.state() + ": " + operation.reason());
        } else {
            System.out.println(
                    "killed at " + moment + ": " + version + " serves, from 1." + from + ".0, not taken yet");
        }
        minor = Integer.parseInt(version.split("\\.")[1]);
        // And operations go on.
        operations.installed(version(minor + 2));
        minor += 2;
        operations.assertServes(NAME, "1." + minor + ".0");
    }

    private static void restart() {
        server = PlinthServer.start(DATA, PORTS, Map.of());
        operations = new Operations(server);
    }

    private static CapabilitySource version(int number) {
        return greeter(NAME, "1." + number + ".0").source("Slow");
    }

    private static CapabilitySource stretched(CapabilitySource source, String step, int number) {
        return switch (step) {
            case "migrate" ->
                source.resource(
                        "db/migration/V" + number + "__slow.sql",
                        "CREATE TABLE cat_" + number + " AS SELECT SLEEP(5) AS a");
            case "start" -> source.source("HangsInActivate", "millis", 5_000);
            case "health" -> source.source("UnhealthyFor", "millis", 5_000);
            default -> source;
        };
    }
}
