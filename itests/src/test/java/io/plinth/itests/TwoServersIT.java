package io.plinth.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.plinth.itests.harness.DebianMariaDb;
import io.plinth.itests.harness.Distribution;
import io.plinth.itests.harness.EventTap;
import io.plinth.itests.harness.EventTap.Received;
import io.plinth.itests.harness.Eventually;
import io.plinth.itests.harness.Http;
import io.plinth.itests.harness.PlinthServer;
import io.plinth.itests.harness.Ports;
import io.plinth.itests.harness.ServerLogOnFailure;
import io.plinth.itests.harness.StandaloneArtemis;
import io.plinth.itests.harness.Writers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two servers that start at once on one database and one broker: each is whole, and together they do nothing twice. */
@ExtendWith(ServerLogOnFailure.class)
class TwoServersIT {
    private static final Duration RELAYED = Duration.ofSeconds(60);
    private static final int WRITES = 100;

    @Test
    void startAtOnceAndShareOneDatabase() throws IOException {
        if (!DebianMariaDb.isInstalled()) {
            System.err.println("LEFT OUT: two servers, since no MariaDB is installed (Debian: mariadb-server)");
        }
        assumeTrue(DebianMariaDb.isInstalled(), "mariadb-server is not installed");
        assumeTrue(StandaloneArtemis.isThere(), "target/broker has no Artemis: run through Maven");
        try (DebianMariaDb database = DebianMariaDb.start();
                StandaloneArtemis broker = StandaloneArtemis.start()) {
            Map<String, String> shared = new HashMap<>(database.environment());
            shared.putAll(broker.environment());
            // What both need alike; each generates the rest for itself.
            shared.put("PLINTH_CLIENT_SECRET", "one-secret-for-both-servers");
            shared.put("PLINTH_ISSUER_KEY_ENCRYPTION_KEY", "one-key-for-both-servers-0123456789");
            try (PlinthServer one = launch("one", shared);
                    PlinthServer two = launch("two", shared)) {
                one.awaitReady();
                two.awaitReady();
                assertMigratedOnce(one, two);
                List<String> ids = writeOnBoth(one, two);
                assertReadable(one.http(), two.http(), ids);
                try (EventTap events =
                        EventTap.open(broker.port(), StandaloneArtemis.USER, StandaloneArtemis.PASSWORD)) {
                    assertPublishedOnce(events, ids);
                }
            }
        }
    }

    private static PlinthServer launch(String name, Map<String, String> shared) {
        Distribution distribution = Distribution.withOwnConfiguration(name);
        // The address that clients would reach both by.
        distribution.configure("io.plinth.issuer.cfg", "issuer = https://plinth.example");
        return PlinthServer.launch(distribution, Distribution.freshFolder(name + "-data"), Ports.free(), shared);
    }

    private static void assertMigratedOnce(PlinthServer one, PlinthServer two) throws IOException {
        for (String bundle : List.of("io.plinth.messaging", "io.plinth.issuer", "io.plinth.users")) {
            List<String> applied = new ArrayList<>();
            for (PlinthServer server : List.of(one, two)) {
                try (var lines = Files.lines(log(server))) {
                    lines.filter(line -> line.contains("Applied ") && line.contains(" migrations of " + bundle + " "))
                            .forEach(applied::add);
                }
            }
            assertThat(applied).as("migrations of " + bundle).hasSize(1);
        }
    }

    private static Path log(PlinthServer server) {
        return server.data().resolve("logs/plinth.log");
    }

    private static List<String> writeOnBoth(PlinthServer one, PlinthServer two) {
        List<String> ids = new ArrayList<>();
        try (Writers first = new Writers(one.http(), 2);
                Writers second = new Writers(two.http(), 2)) {
            first.awaitAcknowledged(WRITES);
            second.awaitAcknowledged(WRITES);
            for (Writers writers : List.of(first, second)) {
                writers.stop();
                assertThat(writers.failures()).isEmpty();
                ids.addAll(writers.acknowledged());
            }
        }
        return ids;
    }

    /** Each is read on both, and a token of one is good on the other. */
    private static void assertReadable(Http one, Http two, List<String> ids) {
        for (String id : ids) {
            String path = "/api/v1/users/" + id;
            assertThat(one.get(path).token(two.admin()).send().status()).isEqualTo(200);
            assertThat(two.get(path).token(one.admin()).send().status()).isEqualTo(200);
        }
    }

    private static void assertPublishedOnce(EventTap events, List<String> ids) {
        Eventually.within(RELAYED, () -> assertThat(events.all(EventTap.USERS).stream()
                        .map(Received::subject)
                        .toList())
                .containsAll(ids));
        // One more than was written: the first user, made by one of the two.
        assertThat(events.all(EventTap.USERS)).hasSize(ids.size() + 1);
        assertThat(events.all(EventTap.USERS).stream().map(Received::id).distinct())
                .hasSize(ids.size() + 1);
    }
}
