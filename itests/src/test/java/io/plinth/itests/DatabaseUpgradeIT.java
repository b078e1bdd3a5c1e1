package io.plinth.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.plinth.itests.harness.DebianMariaDb;
import io.plinth.itests.harness.Distribution;
import io.plinth.itests.harness.Http;
import io.plinth.itests.harness.People;
import io.plinth.itests.harness.People.Person;
import io.plinth.itests.harness.PlinthServer;
import io.plinth.itests.harness.Ports;
import io.plinth.itests.harness.Reply;
import io.plinth.itests.harness.ServerLogOnFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A data folder that a MariaDB 10.11 of Debian made and filled is upgraded in place by the embedded MariaDB, once. The older
 * one comes in as it does where no archive fits the platform: it is found on the machine.
 */
@ExtendWith(ServerLogOnFailure.class)
class DatabaseUpgradeIT {
    private static final String VERSION_FILE = "mariadb/data/plinth-server-version";
    private static final String EMBEDDED = "11.4.5";

    @Test
    void anOlderFolderIsUpgradedInPlaceAndOnce() throws IOException {
        if (!DebianMariaDb.isInstalled()) {
            System.err.println("LEFT OUT: upgrade of MariaDB, since none is installed (Debian: mariadb-server)");
        }
        assumeTrue(DebianMariaDb.isInstalled(), "mariadb-server is not installed");
        Path data = Distribution.freshFolder("upgrade");
        List<Person> people = new ArrayList<>();
        try (PlinthServer older = PlinthServer.launch(
                        Distribution.withoutEmbeddedDatabase("older"), data, Ports.free(), Map.of())
                .awaitReady()) {
            for (int i = 0; i < 20; i++) {
                people.add(new People(older.http()).create("früher"));
            }
        }
        String before = Files.readString(data.resolve(VERSION_FILE));
        assertThat(before).as("version of the machine's own MariaDB").startsWith("10.");

        try (PlinthServer upgraded = PlinthServer.start(data, Ports.free(), Map.of())) {
            assertThat(data.resolve(VERSION_FILE)).hasContent(EMBEDDED);
            assertThat(logged(data, "from MariaDB " + before + " to " + EMBEDDED))
                    .hasSize(1);
            assertThat(logged(data, "MariaDB " + EMBEDDED + " is ready")).hasSize(1);
            assertAreThere(upgraded.http(), people);
            people.add(new People(upgraded.http()).create("später"));
        }
        assertThat(databaseErrors(data)).as("errors of the upgraded database").isEmpty();

        try (PlinthServer again = PlinthServer.start(data, Ports.free(), Map.of())) {
            assertThat(logged(data, "Upgrading ")).as("upgrades").hasSize(1);
            assertAreThere(again.http(), people);
        }
    }

    private static void assertAreThere(Http http, List<Person> people) {
        for (Person person : people) {
            Reply reply = http.get(person.path()).token(http.admin()).send();
            assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
            assertThat(reply.json().path("username").asText()).isEqualTo(person.username());
            assertThat(reply.json().path("email").asText()).isEqualTo(person.email());
        }
    }

    private static List<String> logged(Path data, String part) throws IOException {
        try (var lines = Files.lines(data.resolve("logs/plinth.log"))) {
            return lines.filter(line -> line.contains(part)).toList();
        }
    }

    /** A system table that the upgrade left as it was is an error whenever the server meets it. */
    private static List<String> databaseErrors(Path data) throws IOException {
        try (var lines = Files.lines(data.resolve("logs/mariadb.log"))) {
            return lines.filter(line -> line.contains("[ERROR]")).toList();
        }
    }
}
