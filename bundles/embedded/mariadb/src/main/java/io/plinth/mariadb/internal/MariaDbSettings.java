package io.plinth.mariadb.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a {@link MariaDbServer} is started with.
 *
 * @param dataFolder the server's folder of all state; the database lives in {@code mariadb/} below it, its log in
 *     {@code logs/mariadb.log}
 * @param archiveFolder where the archive with the server's files lies; empty, or without one that fits the platform: a
 *     {@code mariadbd} on the PATH is used
 * @param port TCP port on the loopback interface; empty: a free one is picked at each start
 * @param password of the one database user
 * @param bufferPoolMib memory for cached pages, in MiB
 * @param redoLogMib size of the redo log, in MiB
 * @param connectionsMax connections at the same time
 * @param binaryLog whether the binary log is written, for point-in-time recovery
 * @param startTimeout how long a start may take, recovery after a crash included
 * @param stopTimeout how long a graceful stop may take before the process is killed
 */
public record MariaDbSettings(
        Path dataFolder,
        Optional<Path> archiveFolder,
        OptionalInt port,
        String password,
        int bufferPoolMib,
        int redoLogMib,
        int connectionsMax,
        boolean binaryLog,
        Duration startTimeout,
        Duration stopTimeout) {
    public MariaDbSettings {
        dataFolder = dataFolder.toAbsolutePath().normalize();
        if (!password.matches("[\\x21-\\x7e]{8,128}")) {
            throw new IllegalArgumentException("the database password needs 8 to 128 printable ASCII characters");
        }
    }

    /** Settings as they are when nothing is configured. */
    public static MariaDbSettings defaults(Path dataFolder, Path archiveFolder, String password) {
        return new MariaDbSettings(
                dataFolder,
                Optional.of(archiveFolder),
                OptionalInt.empty(),
                password,
                128,
                48,
                100,
                false,
                Duration.ofSeconds(120),
                Duration.ofSeconds(30));
    }

    /** The same with a fixed port. */
    public MariaDbSettings withPort(int fixedPort) {
        return new MariaDbSettings(
                dataFolder,
                archiveFolder,
                OptionalInt.of(fixedPort),
                password,
                bufferPoolMib,
                redoLogMib,
                connectionsMax,
                binaryLog,
                startTimeout,
                stopTimeout);
    }

    Path folder() {
        return dataFolder.resolve("mariadb");
    }

    Path tables() {
        return folder().resolve("data");
    }

    Path temporary() {
        return folder().resolve("tmp");
    }

    Path log() {
        return dataFolder.resolve("logs").resolve("mariadb.log");
    }

    @Override
    public String toString() {
        return "MariaDbSettings[" + dataFolder + "]";
    }
}
