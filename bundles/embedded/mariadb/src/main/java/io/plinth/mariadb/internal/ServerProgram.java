package io.plinth.mariadb.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The database server that is run.
 *
 * @param executable {@code mariadbd}
 * @param base its {@code basedir}
 * @param share folder with its SQL scripts and messages
 * @param version such as {@code 11.4.5}
 */
record ServerProgram(Path executable, Path base, Path share, ServerVersion version) {
    static final String SYSTEM_TABLES = "system_tables.sql";

    /** What the names of the scripts begin with: since 11, and before. */
    private static final List<String> SCRIPT_PREFIXES = List.of("mariadb_", "mysql_");

    private static final ServerVersion OLDEST = new ServerVersion(10, 6, 0);
    private static final Pattern VERSION = Pattern.compile("Ver (\\d+\\.\\d+\\.\\d+)");
    private static final int VERSION_TIMEOUT_SECONDS = 10;

    /**
     * The server of the archive, unpacked if need be, else the one on the PATH.
     *
     * @throws MariaDbException when there is neither, or the archive cannot be unpacked
     */
    static ServerProgram locate(MariaDbSettings settings) throws MariaDbException {
        if (settings.archiveFolder().isPresent()) {
            Optional<ServerArchive> archive =
                    ServerArchive.find(settings.archiveFolder().get());
            if (archive.isPresent()) {
                return archive.get().unpack(settings.folder());
            }
        }
        for (Path folder : searchPath()) {
            for (String name : List.of("mariadbd", "mariadbd.exe", "mysqld")) {
                Path executable = folder.resolve(name);
                if (Files.isExecutable(executable)) {
                    return installed(executable);
                }
            }
        }
        throw new MariaDbException("There is no embedded MariaDB for " + System.getProperty("os.name") + " "
                + System.getProperty("os.arch") + ": install mariadb-server so that mariadbd is on the PATH, or set"
                + " PLINTH_DB_URL to the address of a MariaDB");
    }

    /** One of its SQL scripts, such as {@link #SYSTEM_TABLES}; need not be there. */
    Path script(String name) {
        return script(share, name);
    }

    private static Path script(Path share, String name) {
        return SCRIPT_PREFIXES.stream()
                .map(prefix -> share.resolve(prefix + name))
                .filter(Files::exists)
                .findFirst()
                .orElse(share.resolve(name));
    }

    private static List<Path> searchPath() {
        List<Path> folders = new ArrayList<>();
        String path = System.getenv("PATH");
        if (path != null) {
            for (String folder : path.split(Pattern.quote(java.io.File.pathSeparator))) {
                if (!folder.isBlank()) {
                    folders.add(Path.of(folder));
                }
            }
        }
        // Debian keeps servers where the PATH of an ordinary user does not look.
        folders.add(Path.of("/usr/sbin"));
        folders.add(Path.of("/usr/local/sbin"));
        folders.add(Path.of("/opt/homebrew/bin"));
        return folders;
    }

    private static ServerProgram installed(Path executable) throws MariaDbException {
        try {
            Path real = executable.toRealPath();
            Process process = new ProcessBuilder(real.toString(), "--no-defaults", "--version")
                    .redirectErrorStream(true)
                    .start();
            String answer = new String(process.getInputStream().readNBytes(4096), StandardCharsets.UTF_8);
            process.waitFor(VERSION_TIMEOUT_SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly();
            Matcher version = VERSION.matcher(answer);
            Optional<ServerVersion> found = version.find() ? ServerVersion.parse(version.group(1)) : Optional.empty();
            if (found.isEmpty()
                    || !answer.toLowerCase(Locale.ROOT).contains("mariadb")
                    || found.get().compareTo(OLDEST) < 0) {
                throw new MariaDbException(real + " is no MariaDB " + OLDEST + " or later: " + answer.strip()
                        + "; install one, or set PLINTH_DB_URL to the address of a MariaDB");
            }
            Path base = real.resolve("../..").normalize();
            for (String share : List.of("share/mysql", "share/mariadb", "share")) {
                if (Files.exists(script(base.resolve(share), SYSTEM_TABLES))) {
                    return new ServerProgram(real, base, base.resolve(share), found.get());
                }
            }
            throw new MariaDbException(real + " has no SQL script " + SYSTEM_TABLES + " under " + base
                    + "/share: reinstall mariadb-server");
        } catch (IOException e) {
            throw new MariaDbException("Cannot run " + executable + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MariaDbException("Interrupted while asking " + executable + " for its version", e);
        }
    }
}
