package io.plinth.itests;

import static io.plinth.itests.harness.CapabilitySource.greeter;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.plinth.itests.harness.CapabilitySource;
import io.plinth.itests.harness.Distribution;
import io.plinth.itests.harness.Operations;
import io.plinth.itests.harness.PlinthServer;
import io.plinth.itests.harness.Ports;
import io.plinth.itests.harness.ServerLogOnFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What was installed, upgraded and removed is so after the next start; what breaks the start is set aside. */
@ExtendWith(ServerLogOnFailure.class)
class DesiredStateIT {
    @Test
    void survivesTheNextStart() throws IOException {
        Path data = Distribution.freshFolder("desired");
        Ports ports = Ports.free();
        Path marker = data.resolve("marker");
        try (PlinthServer server = PlinthServer.start(data, ports, Map.of())) {
            Operations operations = new Operations(server);
            operations.installed(greeter("stays", "1.0.0"));
            operations.installed(greeter("stays", "1.1.0"));
            operations.installed(greeter("goes", "1.0.0"));
            operations.remove("goes").expect("succeeded");
            operations.installed(greeter("breaks", "1.0.0"));
            operations.installed(greeter("breaks", "1.1.0").source("ThrowsIfMarked", "marker", marker));
            operations.assertServes("breaks", "1.1.0");
            // A migration that failed half-way must not keep the version before from starting.
            operations.installed(notes("1.0.0"));
            operations
                    .install(
                            notes("1.1.0").resource("db/migration/V2__wrong.sql", "ALTER TABLE none ADD x INT NULL"),
                            "?probation=0")
                    .expect("refused");
            // An operation that is in its probation when the server is asked to stop.
            operations.installed(greeter("watched", "1.0.0"));
            operations.awaitStep(operations.begin(greeter("watched", "1.1.0"), "?probation=60"), "probation");
        }
        Files.createFile(marker);
        try (PlinthServer server = PlinthServer.start(data, ports, Map.of())) {
            Operations operations = new Operations(server);
            // The first request after the port is open: nothing is still on its way.
            operations.assertServes("stays", "1.1.0");
            assertThat(server.http().get("/api/v1/goes").send().status()).isEqualTo(404);
            assertThat(operations.capability("goes").isMissingNode()).isTrue();
            operations.assertServes("farm", "1.0.0");
            assertThat(server.http().get("/api/v1/farm/notes").send().text()).isEqualTo("0");
            assertThat(operations.version("watched")).isIn("1.0.0", "1.1.0");
            operations.assertServes("watched", operations.version("watched"));

            assertThat(operations.greeting("breaks")).isEqualTo("breaks 1.0.0");
            JsonNode breaks = operations.capability("breaks");
            assertThat(breaks.toString()).contains("1.0.0");
            assertThat(server.plinth("console", "plinth:capability-why breaks").output())
                    .contains("1.1.0")
                    .contains("the marker is there");
            // It goes on from there: mended, the next version is installed.
            Files.delete(marker);
            operations.installed(greeter("breaks", "1.2.0").source("ThrowsIfMarked", "marker", marker));
            operations.assertServes("breaks", "1.2.0");
        }
        try (PlinthServer server = PlinthServer.start(data, ports, Map.of())) {
            Operations operations = new Operations(server);
            operations.assertServes("breaks", "1.2.0");
            operations.assertServes("stays", "1.1.0");
            operations.rollback("stays").expect("succeeded");
            operations.assertServes("stays", "1.0.0");
        }
    }

    private static CapabilitySource notes(String version) {
        return greeter("farm", version)
                .source("Notes")
                .resource("db/migration/V1__note.sql", "CREATE TABLE ${name}_note (text VARCHAR(99))");
    }
}
