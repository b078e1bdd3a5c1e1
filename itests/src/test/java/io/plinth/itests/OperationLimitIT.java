package io.plinth.itests;

import static io.plinth.itests.harness.CapabilitySource.greeter;
import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.itests.harness.CapabilitySource;
import io.plinth.itests.harness.Distribution;
import io.plinth.itests.harness.Operations;
import io.plinth.itests.harness.Operations.Operation;
import io.plinth.itests.harness.PlinthServer;
import io.plinth.itests.harness.Ports;
import io.plinth.itests.harness.ServerLogOnFailure;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An operation has a limit as a whole, and cuts its steps to what is left of it; here 5 s until it is taken back. */
@ExtendWith(ServerLogOnFailure.class)
class OperationLimitIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static PlinthServer server;
    private static Operations operations;

    @BeforeAll
    static void start() {
        Distribution distribution = Distribution.withOwnConfiguration("limit");
        distribution.configure(
                "io.plinth.hotdeploy.cfg", "operationTimeoutMillis = " + LIMIT.toMillis(), "probationMillis = 1000");
        server = PlinthServer.launch(distribution, Distribution.freshFolder("limit-data"), Ports.free(), Map.of())
                .awaitReady();
        operations = new Operations(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Neither its migration nor its start is longer than their own limits, of 60 s and 20 s. */
    @Test
    void endsAChainOfSlowSteps() {
        operations.installed(greeter("chain", "1.0.0"));
        long start = System.nanoTime();
        Operation operation = operations.install(chain("1.1.0", 2, 8_000), "");
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        operation.expect("rolled-back");
        assertThat(operation.reason()).contains("chain 1.1.0");
        assertThat(took).isLessThan(LIMIT);
        operations.assertServes("chain", "1.0.0");
    }

    @Test
    void endsAMigrationThatTakesTooLong() {
        operations.installed(greeter("queue", "1.0.0"));
        long start = System.nanoTime();
        Operation operation =
                operations.install(greeter("queue", "1.1.0").resource("db/migration/V1__slow.sql", "DO SLEEP(50)"), "");
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        operation.expect("refused");
        assertThat(operation.reason()).contains("db/migration/V1__slow.sql", "were stopped");
        assertThat(operation.stepState("migrate")).isEqualTo("failed");
        assertThat(took).isLessThan(LIMIT);
        operations.assertServes("queue", "1.0.0");
    }

    /** The control: the same steps, each a little shorter, go through. */
    @Test
    void letsAShortChainThrough() {
        operations.installed(greeter("brief", "1.0.0"));
        operations
                .install(
                        greeter("brief", "1.1.0")
                                .source("HangsInActivate", "millis", 1_000)
                                .resource("db/migration/V1__slow.sql", "DO SLEEP(1)"),
                        "")
                .expect("succeeded");
        operations.assertServes("brief", "1.1.0");
    }

    private static CapabilitySource chain(String version, int migrationSeconds, long startMillis) {
        return greeter("chain", version)
                .source("HangsInActivate", "millis", startMillis)
                .resource("db/migration/V1__slow.sql", "DO SLEEP(" + migrationSeconds + ")");
    }
}
