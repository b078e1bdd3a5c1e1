package io.plinth.itests.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A MariaDB server of the operating system's packages, in a folder of its own, as an external database. */
public final class DebianMariaDb implements AutoCloseable {
    public static final String USER = "plinth_external";
    public static final String PASSWORD = "external-database-password";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final int port;
    private final Path folder;
    private final List<String> command;
    private Process process;

    private DebianMariaDb(int port, Path folder, List<String> command) {
        this.port = port;
        this.folder = folder;
        this.command = List.copyOf(command);
        this.process = run();
    }

    /** Whether the programs are there. */
    public static boolean isInstalled() {
        return server().isPresent() && installer().isPresent();
    }

    /** A fresh one, with more options if any. */
    public static DebianMariaDb start(String... options) {
        Path folder = Distribution.freshFolder("mariadb");
        Path data = data(folder);
        List<String> install = new ArrayList<>(List.of(
                installer().orElseThrow().toString(),
                "--no-defaults",
                "--datadir=" + data,
                "--skip-test-db",
                "--auth-root-authentication-method=normal"));
        asThisUser(install);
        Commands.Outcome outcome = Commands.run(LIMIT, Map.of(), install);
        if (outcome.exitCode() != 0) {
            throw new AssertionError("no database: " + outcome.output());
        }
        return startOn(folder, options);
    }

    /** One on the files of another, or on a {@link #copy} of them. */
    public static DebianMariaDb startOn(Path folder, String... options) {
        int port = Ports.free().database();
        try {
            Path init = Files.writeString(
                    folder.resolve("init.sql"),
                    "CREATE DATABASE IF NOT EXISTS plinth CHARACTER SET utf8mb4;\n"
                            + "CREATE USER IF NOT EXISTS '" + USER + "'@'127.0.0.1' IDENTIFIED BY '" + PASSWORD
                            + "';\nCREATE USER IF NOT EXISTS '" + USER + "'@'localhost' IDENTIFIED BY '" + PASSWORD
                            + "';\nGRANT ALL ON plinth.* TO '" + USER + "'@'127.0.0.1';\n"
                            + "GRANT ALL ON plinth.* TO '" + USER + "'@'localhost';\n");
            List<String> run = new ArrayList<>(List.of(
                    server().orElseThrow().toString(),
                    "--no-defaults",
                    "--datadir=" + data(folder),
                    "--socket=" + folder.resolve("s"),
                    "--pid-file=" + folder.resolve("pid"),
                    "--bind-address=127.0.0.1",
                    "--port=" + port,
                    "--init-file=" + init));
            run.addAll(List.of(options));
            asThisUser(run);
            DebianMariaDb database = new DebianMariaDb(port, folder, run);
            database.awaitOpen();
            return database;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Variables that make a server use it. */
    public Map<String, String> environment() {
        return Map.of(
                "PLINTH_DB_URL", "jdbc:mariadb://127.0.0.1:" + port + "/plinth",
                "PLINTH_DB_USER", USER,
                "PLINTH_DB_PASSWORD", PASSWORD);
    }

    private static Path data(Path folder) {
        return folder.resolve("data");
    }

    private Path log() {
        return folder.resolve("log");
    }

    /** It stands still until {@link #thaw}. */
    public void freeze() {
        signal("-STOP");
    }

    public void thaw() {
        signal("-CONT");
    }

    private void signal(String signal) {
        run(List.of("kill", signal, Long.toString(process.pid())));
    }

    /** A folder with its files as they are now; it should stand still. */
    public Path copy() {
        Path copy = Distribution.freshFolder("mariadb-copy");
        run(List.of("cp", "-a", data(folder).toString(), data(copy).toString()));
        return copy;
    }

    private static void run(List<String> command) {
        Commands.Outcome outcome = Commands.run(LIMIT, Map.of(), command);
        if (outcome.exitCode() != 0) {
            throw new AssertionError(command + " failed: " + outcome.output());
        }
    }

    /** {@code kill -9}. */
    public void kill() {
        process.destroyForcibly();
        Eventually.within(LIMIT, () -> {
            if (process.isAlive()) {
                throw new AssertionError("the database still lives");
            }
        });
    }

    /** Starts again on the same files. */
    public void restart() {
        process = run();
        awaitOpen();
    }

    private Process run() {
        try {
            return Commands.builder(Map.of(), command)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitOpen() {
        Eventually.within(LIMIT, () -> {
            if (!Loopback.isOpen(port)) {
                throw new AssertionError(PlinthServer.read(log()));
            }
        });
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }

    private static void asThisUser(List<String> command) {
        command.add("--user=" + System.getProperty("user.name"));
    }

    private static Optional<Path> server() {
        return Commands.find("mariadbd");
    }

    private static Optional<Path> installer() {
        return Commands.find("mariadb-install-db");
    }
}
