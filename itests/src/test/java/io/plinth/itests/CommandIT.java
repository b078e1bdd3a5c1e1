package io.plinth.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.itests.harness.Commands;
import io.plinth.itests.harness.Commands.Outcome;
import io.plinth.itests.harness.Distribution;
import io.plinth.itests.harness.Eventually;
import io.plinth.itests.harness.Http;
import io.plinth.itests.harness.Loopback;
import io.plinth.itests.harness.Ports;
import io.plinth.itests.harness.ServerLogOnFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code start}, {@code status}, {@code console}, {@code logs}, {@code stop}: one server in the background, step by step. */
@ExtendWith(ServerLogOnFailure.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CommandIT {
    private static final Path DATA = Distribution.freshFolder("background");
    private static final Ports PORTS = Ports.free();
    private static final Map<String, String> ENVIRONMENT = environment();

    private static Map<String, String> environment() {
        Map<String, String> variables = new HashMap<>(PORTS.environment());
        variables.put("PLINTH_DATA", DATA.toString());
        return variables;
    }

    @BeforeAll
    static void start() {
        Outcome before = plinth("status");
        assertThat(before.exitCode()).as(before.output()).isNotZero();
        assertThat(before.lines()).hasSize(1);

        Outcome started = plinth("start");
        assertThat(started.exitCode()).as(started.output()).isZero();
        assertThat(started.output())
                .contains("Plinth " + Distribution.version() + " is ready: https://localhost:" + PORTS.https() + "/");
    }

    @AfterAll
    static void stop() {
        plinth("stop");
    }

    @Test
    @Order(1)
    void isReadyWhenStartReturns() {
        assertThat(Loopback.status(PORTS.http(), "/health/ready")).isEqualTo(200);
    }

    @Test
    @Order(2)
    void status() {
        Outcome outcome = plinth("status");
        assertThat(outcome.exitCode()).as(outcome.output()).isZero();
        assertThat(outcome.output()).contains("runs");
    }

    @Test
    @Order(3)
    void consoleRunsOneCommand() {
        Outcome outcome = plinth("console", "bundle:list -s");
        assertThat(outcome.exitCode()).as(outcome.output()).isZero();
        assertThat(outcome.output()).contains("io.plinth.users").contains("io.plinth.example");
    }

    @Test
    @Order(4)
    void consoleSaysWhatWentWrong() {
        Outcome outcome = plinth("console", "no:such-command");
        assertThat(outcome.exitCode()).as(outcome.output()).isNotZero();
        assertThat(outcome.output()).containsIgnoringCase("not found");
    }

    @Test
    @Order(5)
    void logs() {
        assertThat(DATA.resolve("logs")).isDirectory();
        Outcome outcome = Commands.run(
                Duration.ofSeconds(30),
                ENVIRONMENT,
                // logs may follow for ever; a second of it is enough to see
                List.of("timeout", "3", Distribution.shared().command().toString(), "logs"));
        assertThat(outcome.exitCode()).as(outcome.output()).isIn(0, 124, 143);
        assertThat(outcome.lines()).hasSizeGreaterThan(2);
    }

    @Test
    @Order(6)
    void aSecondStartInTheBackgroundIsRefused() {
        Outcome outcome = plinth("start");
        assertThat(outcome.exitCode()).as(outcome.output()).isNotZero();
        assertThat(outcome.lines()).hasSize(1);
        assertThat(outcome.output()).contains("already runs");
        assertThat(Loopback.status(PORTS.http(), "/health/ready")).isEqualTo(200);
    }

    @Test
    @Order(7)
    void unknownSubcommandsAreExplained() {
        Outcome outcome = plinth("fly");
        assertThat(outcome.exitCode()).isNotZero();
        assertThat(outcome.output()).contains("start").contains("stop").contains("status");
    }

    @Test
    @Order(8)
    void stopEndsItAndItsDatabase() {
        Outcome stopped = plinth("stop");
        assertThat(stopped.exitCode()).as(stopped.output()).isZero();
        assertThat(plinth("status").exitCode()).isNotZero();
        Eventually.within(Duration.ofSeconds(10), () -> assertThat(ProcessHandle.allProcesses()
                        .filter(process ->
                                process.info().commandLine().orElse("").contains(DATA.toString())))
                .isEmpty());
        for (int port : List.of(PORTS.https(), PORTS.http(), PORTS.ssh(), PORTS.broker(), PORTS.database())) {
            assertThat(Loopback.isOpen(port)).as("port %s", port).isFalse();
        }
        Outcome again = plinth("stop");
        assertThat(again.lines()).hasSize(1);
    }

    @Test
    @Order(9)
    void whatWasStoredIsThereAfterARestart() {
        String secret = secret();
        assertThat(plinth("start").exitCode()).isZero();
        assertThat(secret()).isEqualTo(secret);
        String token = Loopback.post(
                PORTS.http(),
                "/oauth2/token",
                "Basic " + Http.base64("plinth-admin:" + Http.encode(secret)),
                "grant_type=client_credentials");
        assertThat(token).contains("access_token");
        assertThat(plinth("stop").exitCode()).isZero();
    }

    private static String secret() {
        try {
            return Files.readString(DATA.resolve("secrets/client-secret")).strip();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Outcome plinth(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Distribution.shared().command().toString());
        command.addAll(List.of(arguments));
        return Commands.run(Duration.ofSeconds(120), ENVIRONMENT, command);
    }
}
