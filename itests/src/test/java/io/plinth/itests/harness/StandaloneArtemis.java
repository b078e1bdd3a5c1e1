package io.plinth.itests.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Apache Artemis as a server of its own, newer than the embedded one, with a journal that survives its death. */
public final class StandaloneArtemis implements AutoCloseable {
    public static final String USER = "relay";
    public static final String PASSWORD = "external-broker-password";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Path instance;
    private final int port;
    private Process process;

    private StandaloneArtemis(Path instance, int port) {
        this.instance = instance;
        this.port = port;
        this.process = run();
    }

    public static boolean isThere() {
        return Files.isRegularFile(archive());
    }

    public static StandaloneArtemis start() {
        Path folder = Distribution.freshFolder("artemis");
        Path home = Distribution.unpack(archive(), folder.resolve("home"));
        Path instance = folder.resolve("instance");
        int port = Ports.free().broker();
        Commands.Outcome outcome = Commands.run(
                LIMIT,
                Map.of(),
                List.of(
                        home.resolve("bin/artemis").toString(),
                        "create",
                        instance.toString(),
                        "--silent",
                        "--user=" + USER,
                        "--password=" + PASSWORD,
                        "--require-login",
                        "--host=127.0.0.1",
                        "--default-port=" + port,
                        "--nio",
                        "--no-autotune",
                        "--no-web",
                        "--no-amqp-acceptor",
                        "--no-hornetq-acceptor",
                        "--no-mqtt-acceptor",
                        "--no-stomp-acceptor"));
        if (outcome.exitCode() != 0) {
            throw new AssertionError("no broker: " + outcome.output());
        }
        StandaloneArtemis broker = new StandaloneArtemis(instance, port);
        broker.awaitOpen();
        return broker;
    }

    public int port() {
        return port;
    }

    /** Variables that make a server use it. */
    public Map<String, String> environment() {
        return Map.of(
                "PLINTH_BROKER_URL", "tcp://127.0.0.1:" + port,
                "PLINTH_BROKER_USER", USER,
                "PLINTH_BROKER_PASSWORD", PASSWORD);
    }

    /** {@code kill -9}. */
    public void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        awaitEnd();
    }

    /** Starts again on the same journal. */
    public void restart() {
        process = run();
        awaitOpen();
    }

    @Override
    public void close() {
        kill();
    }

    private Process run() {
        try {
            return Commands.builder(
                            Map.of(), List.of(instance.resolve("bin/artemis").toString(), "run"))
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            instance.resolve("terminal.log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitOpen() {
        Eventually.within(LIMIT, () -> {
            if (!Loopback.isOpen(port)) {
                throw new AssertionError(PlinthServer.read(instance.resolve("terminal.log")));
            }
        });
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new AssertionError("the broker does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        Eventually.within(LIMIT, () -> {
            if (Loopback.isOpen(port)) {
                throw new AssertionError("port " + port + " is still open");
            }
        });
    }

    private static Path archive() {
        return Path.of(System.getProperty("plinth.artemis", "target/broker/apache-artemis.tar.gz"));
    }
}
