package io.plinth.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.itests.harness.Distribution;
import io.plinth.itests.harness.OnSharedServer;
import io.plinth.itests.harness.PlinthServer;
import io.plinth.itests.harness.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What keeps a server from starting: one clear line that names what and where, and an exit code other than zero. */
@OnSharedServer
class StartFailuresIT {
    private static final Duration LIMIT = Duration.ofSeconds(190);

    private final PlinthServer shared;

    StartFailuresIT(PlinthServer shared) {
        this.shared = shared;
    }

    @Test
    void aSecondServerOnTheSameFolder() {
        assertFails(shared.data(), Ports.free(), Map.of(), shared.data().toString());
        assertThat(shared.http().get("/health/ready").send().status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PLINTH_HTTPS_PORT",
                "PLINTH_HTTP_PORT",
                "PLINTH_SSH_PORT",
                "PLINTH_BROKER_PORT",
                "PLINTH_DB_PORT"
            })
    void aTakenPort(String variable) throws IOException {
        Ports ports = Ports.free();
        int port = Integer.parseInt(ports.environment().getOrDefault(variable, "0"));
        InetAddress address = InetAddress.getByName(variable.equals("PLINTH_HTTPS_PORT") ? "0.0.0.0" : "127.0.0.1");
        try (ServerSocket taken = new ServerSocket(port, 1, address)) {
            assertThat(taken.isBound()).isTrue();
            assertFails(Distribution.freshFolder("taken"), ports, Map.of(), Integer.toString(port), variable);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PLINTH_HTTPS_PORT, https",
        "PLINTH_HTTP_PORT, 70000",
        "PLINTH_SSH_PORT, -1",
        "PLINTH_BROKER_PORT, 6.5",
        "PLINTH_DB_URL, not-a-url",
        "PLINTH_BROKER_URL, not-a-url",
        "PLINTH_ISSUER, not-a-url",
    })
    void aWrongSetting(String variable, String value) {
        assertFails(Distribution.freshFolder("setting"), Ports.free(), Map.of(variable, value), variable);
    }

    @Test
    void twoPortsAlike() {
        Ports ports = Ports.free();
        assertFails(
                Distribution.freshFolder("alike"),
                ports,
                Map.of("PLINTH_HTTP_PORT", Integer.toString(ports.https())),
                Integer.toString(ports.https()));
    }

    @Test
    void aDataFolderThatIsNone() throws IOException {
        Path file = Files.writeString(Distribution.freshFolder("file").resolve("data"), "I am a file");
        assertFails(file, Ports.free(), Map.of(), file.toString());
        assertThat(Files.readString(file)).isEqualTo("I am a file");
    }

    @Test
    void aDatabaseThatDoesNotAnswer() {
        int nobody = Ports.free().database();
        assertFails(
                Distribution.freshFolder("nodb"),
                Ports.free(),
                Map.of(
                        "PLINTH_DB_URL", "jdbc:mariadb://127.0.0.1:" + nobody + "/plinth",
                        "PLINTH_DB_USER", "plinth",
                        "PLINTH_DB_PASSWORD", "not-for-the-log"),
                Integer.toString(nobody));
    }

    @Test
    void aWrongPasswordOfTheDatabase() {
        // The embedded database of the shared server is as good as any to be refused by.
        String address = "127.0.0.1:" + shared.ports().database();
        PlinthServer server = assertFails(
                Distribution.freshFolder("wrongpassword"),
                Ports.free(),
                Map.of(
                        "PLINTH_DB_URL", "jdbc:mariadb://" + address + "/plinth",
                        "PLINTH_DB_USER", "plinth",
                        "PLINTH_DB_PASSWORD", "not-for-the-log"),
                address);
        assertThat(server.tail()).doesNotContain("not-for-the-log");
    }

    @ParameterizedTest
    @CsvSource({
        // Checked by the platform against what the bundle declares …
        "io.plinth.gateway, bodyBytesMax, 1023, '1,024 to 1,073,741,824'",
        "io.plinth.jetty, acceptQueueSize, 65536, '1 to 65,535'",
        "io.plinth.hotdeploy, probeTimeoutMillis, 999, 1000 to 100000",
        "io.plinth.messaging, batchLanes, 33, 1 to 32",
        "io.plinth.artemis, threads, 4, 5 to 100",
        // … and by the bundle itself, since it cannot even begin with a wrong number.
        "io.plinth.security.token, status.seconds, 31, from 0 to 30",
    })
    void aSettingOutOfItsRange(String pid, String key, String value, String range) {
        Distribution distribution = Distribution.withOwnConfiguration("range");
        distribution.configure(pid + ".cfg", key + " = " + value);
        assertFails(
                PlinthServer.launch(distribution, Distribution.freshFolder("range-data"), Ports.free(), Map.of()),
                pid + ".cfg: ",
                key + " is " + value,
                range);
    }

    private PlinthServer assertFails(Path data, Ports ports, Map<String, String> extra, String... said) {
        return assertFails(PlinthServer.launch(data, ports, extra), said);
    }

    private PlinthServer assertFails(PlinthServer launched, String... said) {
        try (PlinthServer server = launched) {
            int exitCode = server.awaitExit(LIMIT);
            List<String> lines =
                    server.output().stream().filter(line -> !line.isBlank()).toList();
            assertThat(exitCode).as("exit code; it said %s", lines).isNotZero();
            assertThat(server.wasReady()).isFalse();
            assertThat(lines).as("no stack trace").noneMatch(line -> line.matches("\\s+at .*|.*[a-z]Exception.*"));
            assertThat(lines).isNotEmpty();
            // Before it there may be progress; the last line is the one that explains.
            assertThat(lines.get(lines.size() - 1)).contains(said);
            if (!server.data().equals(shared.data())) {
                assertThat(server.databaseProcess())
                        .as("a database left running")
                        .isEmpty();
            }
            return server;
        }
    }
}
