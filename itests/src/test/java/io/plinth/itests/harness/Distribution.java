package io.plinth.itests.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The assembled distribution, unpacked once for all tests. */
public final class Distribution {
    private static final Path TARGET = Path.of("target").toAbsolutePath();

    private final Path home;

    private Distribution(Path home) {
        this.home = home;
    }

    public static Distribution shared() {
        return Shared.DISTRIBUTION;
    }

    public static String version() {
        return System.getProperty("plinth.version", "0.1.0");
    }

    public Path home() {
        return home;
    }

    /** The command of the distribution. */
    public Path command() {
        return home.resolve("bin/plinth");
    }

    /** The one file below the folder whose name begins and ends so. */
    public Path file(String start, String end) {
        try (Stream<Path> files = Files.walk(home)) {
            return files.filter(file -> file.getFileName().toString().startsWith(start)
                            && file.getFileName().toString().endsWith(end))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("the distribution has no " + start + "*" + end));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A fresh, empty folder below {@code target/}. */
    public static Path freshFolder(String name) {
        try {
            Path parent = Files.createDirectories(TARGET.resolve("it"));
            return Files.createTempDirectory(parent, name + "-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Unpacks an archive that holds one folder, and returns that folder. */
    static Path unpack(Path archive, Path into) {
        try {
            delete(into);
            Files.createDirectories(into);
            Commands.Outcome outcome = Commands.run(
                    Duration.ofMinutes(2), Map.of(), List.of("tar", "-xzf", archive.toString(), "-C", into.toString()));
            if (outcome.exitCode() != 0) {
                throw new AssertionError("cannot unpack " + archive + ": " + outcome.output());
            }
            try (Stream<Path> children = Files.list(into)) {
                return children.filter(Files::isDirectory).findFirst().orElseThrow();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static Distribution unpack() {
        String archive = System.getProperty("plinth.distribution");
        if (archive == null || !Files.isRegularFile(Path.of(archive))) {
            throw new AssertionError("no distribution at " + archive
                    + ": run `mvn verify` in the root of the repository, which assembles it first");
        }
        return new Distribution(unpack(Path.of(archive), TARGET.resolve("distribution")));
    }

    /** Unpacked on first use only, since plain tests need no distribution. */
    private static final class Shared {
        static final Distribution DISTRIBUTION = unpack();
    }
}
