package io.plinth.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.plinth.itests.harness.EventTap;
import io.plinth.itests.harness.Eventually;
import io.plinth.itests.harness.Http.Client;
import io.plinth.itests.harness.PlinthServer;
import io.plinth.itests.harness.Ports;
import io.plinth.itests.harness.ServerLogOnFailure;
import io.plinth.itests.harness.SmallVolume;
import io.plinth.itests.harness.Writers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A volume that is full: before the start one clear line, later nothing worse than 503, and all is well once there is room. */
@ExtendWith(ServerLogOnFailure.class)
class DiskFullIT {
    private static final Duration RECOVERY = Duration.ofSeconds(90);
    private static final int TOO_SMALL_MEGABYTES = 8;
    private static final int ROOMY_MEGABYTES = 1_500;

    @Test
    void atTheStart() {
        try (SmallVolume volume = volume(TOO_SMALL_MEGABYTES)) {
            Path data = volume.folder().resolve("data");
            try (PlinthServer server = PlinthServer.launch(data, Ports.free(), Map.of())) {
                assertThat(server.awaitExit(Duration.ofSeconds(60))).isNotZero();
                assertThat(server.wasReady()).isFalse();
                List<String> lines = server.output().stream()
                        .filter(line -> line.startsWith("Plinth cannot start: "))
                        .toList();
                assertThat(lines).as("it said %s", server.output()).hasSize(1);
                assertThat(lines.get(0)).contains(data.toString()).containsPattern("disk|space");
            }
        }
    }

    @Test
    void whileItRuns() {
        try (SmallVolume volume = volume(ROOMY_MEGABYTES);
                PlinthServer server = PlinthServer.launch(volume.folder().resolve("data"), Ports.free(), Map.of())) {
            server.awaitReady();
            Client admin = server.http().adminClient();
            try (EventTap events = EventTap.open(server.ports().broker(), admin.id(), admin.secret());
                    Writers writers = new Writers(server.http(), 2)) {
                writers.awaitAcknowledged(30);
                Path filler = volume.fill();
                int attempts =
                        writers.acknowledged().size() + writers.failures().size();
                Eventually.within(
                        RECOVERY, () -> assertThat(writers.acknowledged().size()
                                        + writers.failures().size())
                                .isGreaterThan(attempts + 10));
                volume.empty(filler);
                int before = writers.acknowledged().size();
                Eventually.within(
                        RECOVERY,
                        () -> assertThat(writers.acknowledged().size()).isGreaterThan(before + 20));
                Eventually.within(RECOVERY, () -> assertThat(
                                server.http().get("/health/ready").send().status())
                        .isEqualTo(200));
                writers.stop();
                assertThat(writers.failures())
                        .as("nothing but 503 while the volume was full")
                        .allMatch(reply -> reply.status() == 503);
                // A broker that could not write restarts; a consumer from before is then gone, so another one takes
                // over.
                try (EventTap after = EventTap.open(server.ports().broker(), admin.id(), admin.secret())) {
                    Eventually.within(RECOVERY, () -> assertThat(Stream.of(events, after)
                                    .flatMap(tap -> tap.all(EventTap.USERS).stream())
                                    .map(EventTap.Received::subject)
                                    .toList())
                            .containsAll(writers.acknowledged()));
                }
            }
        }
    }

    private static SmallVolume volume(int megabytes) {
        Optional<SmallVolume> volume = SmallVolume.mount(megabytes);
        if (volume.isEmpty()) {
            System.err.println("LEFT OUT: a full disk, since only root may mount a small one");
        }
        assumeTrue(volume.isPresent(), "may not mount");
        return volume.orElseThrow();
    }
}
