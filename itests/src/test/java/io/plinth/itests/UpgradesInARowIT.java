package io.plinth.itests;

import static io.plinth.itests.harness.CapabilitySource.greeter;
import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.itests.harness.CapabilitySource;
import io.plinth.itests.harness.Distribution;
import io.plinth.itests.harness.Eventually;
import io.plinth.itests.harness.Http;
import io.plinth.itests.harness.JavaProcess;
import io.plinth.itests.harness.Load;
import io.plinth.itests.harness.Operations;
import io.plinth.itests.harness.PlinthServer;
import io.plinth.itests.harness.Ports;
import io.plinth.itests.harness.ServerLogOnFailure;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * One upgrade after the other leaves nothing behind: neither classes nor threads. The first ten fill caches and pools; what
 * grows after them grows for ever.
 */
@ExtendWith(ServerLogOnFailure.class)
class UpgradesInARowIT {
    private static final int FIRST_UPGRADES = 10;
    private static final int UPGRADES = Integer.getInteger("plinth.upgrades", 25);
    private static final int REVISIONS_MAX = 2;

    /** Of issue 3, for 500 upgrades. */
    private static final double METASPACE_GROWTH_MAX = 1.05;

    /** Pools of Jetty and the database go up and down with the load. */
    private static final int THREADS_MORE_MAX = 5;

    /** The server unloads classes by itself only when it has to; some are held until the next request or operation. */
    private static final Duration SETTLE = Duration.ofSeconds(40);

    private static PlinthServer server;
    private static Operations operations;
    private static Http http;
    private static JavaProcess jvm;

    /** What is counted after so many upgrades. */
    private record Footprint(long revisions, double metaspaceMegabytes, long threads) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT, "%d revisions, metaspace %.1f MB, %d threads", revisions, metaspaceMegabytes, threads);
        }
    }

    @BeforeAll
    static void start() {
        // Signing takes longer than the upgrade, and is tested elsewhere.
        Distribution distribution = Distribution.withOwnConfiguration("row");
        distribution.configure("io.plinth.hotdeploy.cfg", "signature = off");
        server = PlinthServer.launch(distribution, Distribution.freshFolder("row-data"), Ports.free(), Map.of())
                .awaitReady();
        operations = new Operations(server);
        http = server.http();
        jvm = new JavaProcess(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void leaveNothingBehind() {
        assertThat(UPGRADES).isGreaterThan(FIRST_UPGRADES);
        upgrade(0);
        try (Load load =
                new Load().with(200, () -> http.get("/api/v1/row")).with(200, () -> http.get("/api/v1/example"))) {
            load.awaitMore(100);
            for (int i = 1; i <= FIRST_UPGRADES; i++) {
                upgrade(i);
            }
            Footprint first = footprint(FIRST_UPGRADES);
            for (int i = FIRST_UPGRADES + 1; i <= UPGRADES; i++) {
                upgrade(i);
            }
            Footprint last = footprint(UPGRADES);
            load.awaitMore(100);
            load.stop();
            System.out.println(load.answered() + " requests, slowest "
                    + load.slowest().toMillis() + " ms, failures " + load.failures());

            assertThat(load.failures()).isEmpty();
            assertThat(last.metaspaceMegabytes())
                    .as("metaspace: %s, then %s", first, last)
                    .isLessThan(first.metaspaceMegabytes() * METASPACE_GROWTH_MAX);
            assertThat(last.threads())
                    .as("threads: %s, then %s", first, last)
                    .isLessThanOrEqualTo(first.threads() + THREADS_MORE_MAX);
        }
    }

    private static void upgrade(int number) {
        String version = "1.0." + number;
        CapabilitySource source = greeter("row", version);
        operations
                .await(operations.taken(operations.post(source.jar(), "?probation=0")))
                .expect("succeeded");
        operations.assertServes("row", version);
    }

    /** Fails when more revisions than the serving one and the one before are alive. */
    private static Footprint footprint(int upgrades) {
        Footprint footprint = Eventually.get(SETTLE, () -> {
            jvm.collectGarbage();
            long revisions = jvm.classes("org.example.row.internal.Greeter");
            assertThat(revisions)
                    .as("revisions alive after %d upgrades", upgrades)
                    .isBetween(1L, (long) REVISIONS_MAX);
            String metrics = http.get("/metrics").token(http.admin()).send().text();
            return new Footprint(revisions, metric(metrics, "jvm_memory_used_bytes", "Metaspace") / (1 << 20), (long)
                    metric(metrics, "jvm_threads_live_threads", ""));
        });
        System.out.println("after " + upgrades + " upgrades: " + footprint);
        return footprint;
    }

    private static double metric(String metrics, String name, String tag) {
        return metrics.lines()
                .filter(line -> line.startsWith(name) && line.contains(tag))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
