package io.plinth.itests.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
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

    /** A distribution with a configuration of its own; the rest of it is that of the shared one. */
    public static Distribution withOwnConfiguration(String name) {
        Path home = freshFolder(name);
        try (Stream<Path> children = Files.list(shared().home)) {
            for (Path child : children.toList()) {
                Path own = home.resolve(child.getFileName().toString());
                // The command finds its home by where it lies itself.
                if (own.endsWith("etc") || own.endsWith("bin")) {
                    copy(child, own);
                } else {
                    Files.createSymbolicLink(own, child);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Distribution(home);
    }

    /** The same without the archive of the embedded database: the server has to find one on this machine. */
    public static Distribution withoutEmbeddedDatabase(String name) {
        Distribution distribution = withOwnConfiguration(name);
        Path lib = distribution.home.resolve("lib");
        try (Stream<Path> children = Files.list(shared().home.resolve("lib"))) {
            Files.delete(lib);
            Files.createDirectory(lib);
            for (Path child : children.toList()) {
                if (!child.endsWith("mariadb")) {
                    Files.createSymbolicLink(lib.resolve(child.getFileName()), child);
                }
            }
            return distribution;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One whose bundles are its own files, so that each can be replaced. */
    public static Distribution withOwnBundles(String name) {
        Distribution distribution = withOwnConfiguration(name);
        Path system = distribution.home.resolve("system");
        Path sharedSystem = shared().home.resolve("system");
        try (Stream<Path> files = Files.walk(sharedSystem)) {
            Files.delete(system);
            for (Path file : files.toList()) {
                Path own = system.resolve(sharedSystem.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectory(own);
                } else {
                    Files.createSymbolicLink(own, file);
                }
            }
            return distribution;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds lines to a file of the configuration. */
    public void configure(String file, String... lines) {
        try {
            Files.write(home.resolve("etc").resolve(file), List.of(lines), StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
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
