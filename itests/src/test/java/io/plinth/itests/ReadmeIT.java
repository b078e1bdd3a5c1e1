package io.plinth.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.plinth.itests.harness.Commands;
import io.plinth.itests.harness.Commands.Outcome;
import io.plinth.itests.harness.Distribution;
import io.plinth.itests.harness.OnSharedServer;
import io.plinth.itests.harness.PlinthServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The tour of the README, run as it stands there. */
@OnSharedServer
class ReadmeIT {
    private static final Set<String> SECTIONS = Set.of("## A tour in five minutes", "## Upgrade without stopping");

    private final PlinthServer server;

    ReadmeIT(PlinthServer server) {
        this.server = server;
    }

    @Test
    void theTourWorks() throws IOException {
        if (Commands.find("curl").isEmpty()) {
            System.err.println("LEFT OUT: the tour of the README, since curl is not installed");
        }
        assumeTrue(Commands.find("curl").isPresent(), "curl is not installed");
        List<String> blocks = tour(Path.of(System.getProperty("plinth.readme", "../README.md")));
        assertThat(blocks).hasSizeGreaterThanOrEqualTo(12);
        StringBuilder script = new StringBuilder("set -euo pipefail\n");
        for (int i = 0; i < blocks.size(); i++) {
            script.append("echo '--- block ").append(i + 1).append("'\n").append(blocks.get(i));
        }
        script.append("echo '--- end of the tour'\n");
        Path file = Files.writeString(Distribution.freshFolder("tour").resolve("tour.sh"), script);

        Outcome outcome = Commands.run(Duration.ofMinutes(4), environment(), List.of("bash", file.toString()));

        assertThat(outcome.exitCode()).as(outcome.output()).isZero();
        assertThat(outcome.output())
                .contains("--- end of the tour")
                .contains("{\"message\":\"hello\"}")
                .containsPattern("HTTP/[0-9.]+ 201")
                .containsPattern("HTTP/[0-9.]+ 304")
                .containsPattern("HTTP/[0-9.]+ 412")
                .containsPattern("(?i)idempotency-replayed: true")
                .contains("\"balance\":{\"posted\":2500,\"pending\":0,\"available\":2500}")
                .contains("{\"balanced\":true,")
                .contains("\"eventId\"")
                .contains("plinth_outbox_pending")
                .contains("\"status\":\"UP\"")
                .contains("\"openapi\":\"3.")
                .contains("\"fromVersion\":\"0.1.0\",\"install\":[\"io.plinth.example 0.2.0\"]")
                .contains("{\"message\":\"howdy\"}")
                .containsPattern("(?m)^ +500 200$");
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(server.environment());
        environment.put("PLINTH", Distribution.shared().command().toString());
        environment.put(
                "EXAMPLE",
                Distribution.shared().file("io.plinth.example-", ".jar").toString());
        return environment;
    }

    /** Blocks fenced as {@code bash} in those sections. */
    private static List<String> tour(Path readme) throws IOException {
        List<String> blocks = new ArrayList<>();
        StringBuilder block = null;
        boolean inside = false;
        for (String line : Files.readAllLines(readme)) {
            if (line.startsWith("## ")) {
                inside = SECTIONS.contains(line);
            } else if (inside && block == null && line.equals("```bash")) {
                block = new StringBuilder();
            } else if (block != null && line.equals("```")) {
                blocks.add(block.toString());
                block = null;
            } else if (block != null) {
                block.append(line).append('\n');
            }
        }
        return blocks;
    }
}
