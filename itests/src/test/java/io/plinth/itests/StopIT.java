package io.plinth.itests;

import static io.plinth.itests.harness.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.itests.harness.Distribution;
import io.plinth.itests.harness.Http.Client;
import io.plinth.itests.harness.PlinthServer;
import io.plinth.itests.harness.Ports;
import io.plinth.itests.harness.ServerLogOnFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Foreground: SIGTERM, and secrets that are given instead of generated. */
@ExtendWith(ServerLogOnFailure.class)
class StopIT {
    private static final String ADMIN_PASSWORD = "given-admin-password-4711";
    private static final String CLIENT_SECRET = "given-client-secret-0815-0815-0815";

    @Test
    void givenSecretsAreUsedAndNotWrittenAndTermIsACleanExit() throws IOException {
        Path data = Distribution.freshFolder("given");
        try (PlinthServer server = PlinthServer.launch(
                data,
                Ports.free(),
                Map.of("PLINTH_ADMIN_PASSWORD", ADMIN_PASSWORD, "PLINTH_CLIENT_SECRET", CLIENT_SECRET))) {
            server.awaitReady();
            assertThat(server.http()
                            .requestToken(new Client("plinth-admin", CLIENT_SECRET))
                            .status())
                    .isEqualTo(200);
            assertThat(server.http()
                            .requestToken(new Client("plinth-admin", CLIENT_SECRET + "x"))
                            .status())
                    .isEqualTo(401);
            assertThat(data.resolve("secrets/client-secret")).doesNotExist();
            assertThat(data.resolve("secrets/admin-password")).doesNotExist();
            assertThat(server.jvm().info().commandLine().orElse("")).doesNotContain(CLIENT_SECRET);

            server.terminate();
            assertThat(server.awaitExit(Duration.ofSeconds(45))).isZero();
            assertThat(server.databaseProcess()).isEmpty();
            assertThat(server.output()).noneMatch(line -> line.contains("Exception"));
        }
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                assertThat(content.contains(CLIENT_SECRET) || content.contains(ADMIN_PASSWORD))
                        .as("%s holds a given secret", file)
                        .isFalse();
            }
        }
    }

    @Test
    void requestsInFlightAreFinishedOnTerm() throws Exception {
        try (PlinthServer server = PlinthServer.start("drain", Map.of())) {
            server.http().admin();
            Thread terminator = new Thread(server::terminate);
            // A body that arrives slowly holds its request in flight while the server is told to stop.
            SlowPost post = new SlowPost(server);
            terminator.start();
            post.awaitUnready();
            assertProblem(server.http().get("/api/v1/example").send(), 503, "unavailable");
            assertThat(server.http().get("/api/v1/example").send().header("Retry-After"))
                    .isPresent();
            assertThat(post.finish()).startsWith("HTTP/1.1 202");
            assertThat(server.awaitExit(Duration.ofSeconds(45))).isZero();
        }
    }

    /** A POST whose second half is held back. */
    private static final class SlowPost {
        private final PlinthServer server;
        private final java.net.Socket socket;

        SlowPost(PlinthServer server) throws IOException {
            this.server = server;
            this.socket = new java.net.Socket("127.0.0.1", server.ports().http());
            socket.setSoTimeout(30_000);
            write("POST /api/v1/example HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer "
                    + server.http().admin()
                    + "\r\nContent-Type: application/json\r\nContent-Length: 19\r\n\r\n{\"message\":");
        }

        void awaitUnready() {
            io.plinth.itests.harness.Eventually.within(Duration.ofSeconds(20), () -> assertThat(
                            server.http().get("/health/ready").send().status())
                    .isEqualTo(503));
        }

        String finish() throws IOException {
            try (socket) {
                write("\"hello\"}");
                return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            }
        }

        private void write(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
        }
    }
}
