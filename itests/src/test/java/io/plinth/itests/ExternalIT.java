package io.plinth.itests;

import static io.plinth.itests.harness.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.plinth.itests.harness.DebianMariaDb;
import io.plinth.itests.harness.EventTap;
import io.plinth.itests.harness.EventTap.Received;
import io.plinth.itests.harness.Eventually;
import io.plinth.itests.harness.Listeners;
import io.plinth.itests.harness.PlinthServer;
import io.plinth.itests.harness.Reply;
import io.plinth.itests.harness.ServerLogOnFailure;
import io.plinth.itests.harness.StandaloneArtemis;
import io.plinth.itests.harness.Writers;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The same server on a Debian MariaDB and a standalone Artemis: the embedded ones do not start, and deaths are borne. */
@ExtendWith(ServerLogOnFailure.class)
class ExternalIT {
    private static final Duration RECOVERY = Duration.ofSeconds(90);

    @BeforeAll
    static void needsWhatIsExternal() {
        if (!DebianMariaDb.isInstalled()) {
            System.err.println("LEFT OUT: external MariaDB, since it is not installed (Debian: mariadb-server)");
        }
        assumeTrue(DebianMariaDb.isInstalled(), "mariadb-server is not installed");
        assumeTrue(StandaloneArtemis.isThere(), "target/broker has no Artemis: run through Maven");
    }

    @Test
    void worksOnThemAndBearsTheirDeaths() throws IOException {
        try (DebianMariaDb database = DebianMariaDb.start();
                StandaloneArtemis broker = StandaloneArtemis.start()) {
            Map<String, String> extra = new HashMap<>(database.environment());
            extra.putAll(broker.environment());
            try (PlinthServer server = PlinthServer.start("external", extra)) {
                assertNothingEmbeddedRuns(server);
                List<String> ids = new ArrayList<>();
                try (Writers writers = new Writers(server.http(), 2)) {
                    writers.awaitAcknowledged(50);
                    broker.kill();
                    int before = writers.acknowledged().size();
                    // Without a broker events wait in the outbox, and the work goes on.
                    Eventually.within(
                            RECOVERY,
                            () -> assertThat(writers.acknowledged().size()).isGreaterThan(before + 50));
                    Eventually.within(
                            RECOVERY, () -> assertThat(check(server, "broker")).isEqualTo("DOWN"));
                    broker.restart();
                    int after = writers.acknowledged().size();
                    Eventually.within(
                            RECOVERY,
                            () -> assertThat(writers.acknowledged().size()).isGreaterThan(after + 20));
                    assertThat(writers.failures())
                            .as("writes that failed without a broker")
                            .isEmpty();
                    bearTheDeathOfTheDatabase(server, database, writers);
                    writers.stop();
                    ids.addAll(writers.acknowledged());
                }
                try (EventTap events =
                        EventTap.open(broker.port(), StandaloneArtemis.USER, StandaloneArtemis.PASSWORD)) {
                    Eventually.within(RECOVERY, () -> assertThat(events.all(EventTap.USERS).stream()
                                    .map(Received::subject)
                                    .toList())
                            .containsAll(ids));
                    for (String id : ids) {
                        assertThat(events.of(EventTap.USERS, id))
                                .as("events of %s", id)
                                .hasSize(1);
                    }
                }
                Eventually.within(
                        RECOVERY, () -> assertThat(check(server, "broker")).isEqualTo("UP"));
                assertThat(server.tail())
                        .doesNotContain(DebianMariaDb.PASSWORD)
                        .doesNotContain(StandaloneArtemis.PASSWORD);
            }
        }
    }

    private static void bearTheDeathOfTheDatabase(PlinthServer server, DebianMariaDb database, Writers writers) {
        database.kill();
        Reply refused = Eventually.get(
                RECOVERY, () -> writers.failures().stream().findFirst().orElseThrow());
        assertProblem(refused, 503, "unavailable");
        assertThat(Integer.parseInt(refused.needHeader("Retry-After"))).isPositive();
        Eventually.within(RECOVERY, () -> assertThat(check(server, "database")).isEqualTo("DOWN"));
        // What needs no database goes on.
        assertThat(server.http().get("/api/v1/example").send().status()).isEqualTo(200);
        database.restart();
        int before = writers.acknowledged().size();
        Eventually.within(
                RECOVERY, () -> assertThat(writers.acknowledged().size()).isGreaterThan(before + 20));
        assertThat(writers.failures())
                .as("nothing but 503 while the database was away")
                .allMatch(reply -> reply.status() == 503);
    }

    private static void assertNothingEmbeddedRuns(PlinthServer server) throws IOException {
        assertThat(server.databaseProcess()).isEmpty();
        Listeners listeners = Listeners.of(server);
        assertThat(listeners.loopback())
                .containsExactlyInAnyOrder(server.ports().http(), server.ports().ssh());
        assertThat(listeners.everywhere()).containsExactly(server.ports().https());
    }

    private static String check(PlinthServer server, String name) {
        for (JsonNode check : server.http().get("/health/ready").send().json().path("checks")) {
            if (check.path("name").asText().equals(name)) {
                return check.path("status").asText();
            }
        }
        throw new AssertionError("no check " + name);
    }
}
