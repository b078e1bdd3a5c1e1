package io.plinth.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortsTest {
    private static final List<String> VARIABLES =
            List.of("PLINTH_HTTPS_PORT", "PLINTH_HTTP_PORT", "PLINTH_SSH_PORT", "PLINTH_BROKER_PORT", "PLINTH_DB_PORT");

    private final Map<String, String> environment = new HashMap<>();

    /** The system hands out ports that are free; all are held until the last one is known, so that they differ. */
    @BeforeEach
    void findFreePorts() throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        for (String variable : VARIABLES) {
            ServerSocket socket = new ServerSocket(0);
            held.add(socket);
            environment.put(variable, Integer.toString(socket.getLocalPort()));
        }
        for (ServerSocket socket : held) {
            socket.close();
        }
    }

    private Settings settings() throws StartupException {
        return Settings.read(environment, Path.of(""));
    }

    private ServerSocket take(String variable) throws IOException {
        return new ServerSocket(Integer.parseInt(environment.get(variable)), 1, InetAddress.getLoopbackAddress());
    }

    @Test
    void freePortsPassAndAreLeftFree() throws Exception {
        Ports.check(settings());
        Ports.check(settings());
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
    void aTakenPortIsOneLineNamingPortAndVariable(String variable) throws Exception {
        try (ServerSocket taken = take(variable)) {
            assertThatThrownBy(() -> Ports.check(settings()))
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("Port " + taken.getLocalPort())
                    .hasMessageContaining(variable)
                    .satisfies(
                            refused -> assertThat(refused.getMessage().lines()).hasSize(1));
        }
    }

    @Test
    void theBrokersPortMayBeTakenWhenTheBrokerIsElsewhere() throws Exception {
        environment.put("PLINTH_BROKER_URL", "tcp://broker.example:61616");
        environment.put("PLINTH_BROKER_USER", "user");
        environment.put("PLINTH_BROKER_PASSWORD", "secret");
        try (ServerSocket taken = take("PLINTH_BROKER_PORT")) {
            assertThat(taken.isBound()).isTrue();
            Ports.check(settings());
        }
    }

    @Test
    void theDatabasesPortMayBeTakenWhenTheDatabaseIsElsewhere() throws Exception {
        environment.put("PLINTH_DB_URL", "jdbc:mariadb://database.example/plinth");
        environment.put("PLINTH_DB_USER", "user");
        environment.put("PLINTH_DB_PASSWORD", "secret");
        try (ServerSocket taken = take("PLINTH_DB_PORT")) {
            assertThat(taken.isBound()).isTrue();
            Ports.check(settings());
        }
    }

    /** A killed server leaves its database behind, and the next start replaces it. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void theDatabasesPortMayBeHeldByOurOwnDatabase(@TempDir Path data) throws Exception {
        environment.put("PLINTH_DATA", data.toString());
        Path program = Files.copy(Path.of("/bin/sleep").toRealPath(), data.resolve("mariadbd"));
        Path processId = Files.createDirectories(data.resolve("mariadb")).resolve("mariadbd.pid");
        Process leftOver = new ProcessBuilder(program.toString(), "60").start();
        try (ServerSocket taken = take("PLINTH_DB_PORT")) {
            Files.writeString(processId, leftOver.pid() + "\n");
            Ports.check(settings());

            Files.writeString(processId, ProcessHandle.current().pid() + "\n");
            assertThatThrownBy(() -> Ports.check(settings())).hasMessageContaining("Port " + taken.getLocalPort());
        } finally {
            leftOver.destroyForcibly();
        }
    }

    @Test
    void aConnectionThatLingersIsNoReasonToRefuse() throws Exception {
        try (ServerSocket server = take("PLINTH_HTTP_PORT");
                Socket client = new Socket()) {
            client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()));
            // The side that closes first keeps the address in TIME_WAIT.
            server.accept().close();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        Ports.check(settings());
    }
}
