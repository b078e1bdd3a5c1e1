package io.plinth.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.itests.harness.Distribution;
import io.plinth.itests.harness.EventTap;
import io.plinth.itests.harness.EventTap.Received;
import io.plinth.itests.harness.Eventually;
import io.plinth.itests.harness.Http.Client;
import io.plinth.itests.harness.PlinthServer;
import io.plinth.itests.harness.Ports;
import io.plinth.itests.harness.ServerLogOnFailure;
import io.plinth.itests.harness.Writers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code kill -9} in the middle of writes: what was acknowledged is there, its event arrives exactly once. */
@ExtendWith(ServerLogOnFailure.class)
class KillIT {
    private static final Duration RECOVERY = Duration.ofSeconds(60);

    @Test
    void ofTheServer() {
        Path data = Distribution.freshFolder("killed");
        Ports ports = Ports.free();
        List<String> acknowledged;
        try (PlinthServer server = PlinthServer.start(data, ports, Map.of());
                Writers writers = new Writers(server.http(), 4)) {
            writers.awaitAcknowledged(150);
            server.kill();
            writers.stop();
            acknowledged = writers.acknowledged();
            // The control: the kill came into the middle of writing.
            assertThat(writers.failures()).isNotEmpty();
        }
        try (PlinthServer server = PlinthServer.start(data, ports, Map.of())) {
            Client admin = server.http().adminClient();
            try (EventTap events = EventTap.open(ports.broker(), admin.id(), admin.secret())) {
                assertAllThere(server, events, acknowledged);
            }
        }
    }

    @Test
    void ofTheDatabase() {
        try (PlinthServer server = PlinthServer.start("dbkilled", Map.of())) {
            Client admin = server.http().adminClient();
            try (EventTap events = EventTap.open(server.ports().broker(), admin.id(), admin.secret());
                    Writers writers = new Writers(server.http(), 2)) {
                writers.awaitAcknowledged(30);
                ProcessHandle killed = server.databaseProcess().orElseThrow();
                killed.destroyForcibly();
                Eventually.within(RECOVERY, () -> assertThat(
                                server.databaseProcess().orElseThrow().pid())
                        .isNotEqualTo(killed.pid()));
                int before = writers.acknowledged().size();
                Eventually.within(
                        RECOVERY,
                        () -> assertThat(writers.acknowledged().size()).isGreaterThan(before + 20));
                Eventually.within(RECOVERY, () -> assertThat(
                                server.http().get("/health/ready").send().status())
                        .isEqualTo(200));
                writers.stop();
                assertThat(writers.failures())
                        .as("nothing but 503 while the database was away")
                        .allMatch(reply -> reply.status() == 503);
                assertAllThere(server, events, writers.acknowledged());
            }
        }
    }

    private static void assertAllThere(PlinthServer server, EventTap events, List<String> ids) {
        for (String id : ids) {
            assertThat(server.http()
                            .get("/api/v1/users/" + id)
                            .token(server.http().admin())
                            .send()
                            .status())
                    .as("user %s was acknowledged", id)
                    .isEqualTo(200);
        }
        Eventually.within(RECOVERY, () -> assertThat(events.all(EventTap.USERS).stream()
                        .map(Received::subject)
                        .toList())
                .containsAll(ids));
        for (String id : ids) {
            assertThat(events.of(EventTap.USERS, id))
                    .as("events of %s", id)
                    .extracting(Received::type)
                    .containsExactly("io.plinth.users.created");
        }
    }
}
