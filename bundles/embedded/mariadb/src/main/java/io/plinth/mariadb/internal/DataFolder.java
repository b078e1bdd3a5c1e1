package io.plinth.mariadb.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folder of tables: made on the first start, upgraded when the server's version has risen. */
final class DataFolder {
    private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);
    /** Holds the version of the server that wrote the folder last. */
    static final String VERSION_FILE = "plinth-server-version";

    private static final String PARTIAL_PREFIX = "bootstrap-";
    private static final List<String> SCRIPTS = List.of(ServerProgram.SYSTEM_TABLES, "performance_tables.sql");
    private static final List<String> FRESH_SCRIPTS =
            List.of("system_tables_data.sql", "maria_add_gis_sp_bootstrap.sql");

    /**
     * What the scripts do not change in tables that are there already. The archives have neither mariadb-upgrade nor the
     * script in it. Each may be run again.
     */
    private static final List<Alteration> ALTERATIONS = List.of(
            new Alteration(
                    new ServerVersion(10, 8, 0),
                    "ALTER TABLE column_stats"
                            + " MODIFY hist_type enum('SINGLE_PREC_HB','DOUBLE_PREC_HB','JSON_HB') COLLATE utf8mb3_bin,"
                            + " MODIFY histogram longblob;"),
            new Alteration(
                    new ServerVersion(11, 3, 0),
                    "ALTER TABLE db ADD COLUMN IF NOT EXISTS Show_create_routine_priv"
                            + " enum('N','Y') COLLATE utf8mb3_general_ci DEFAULT 'N' NOT NULL;"),
            new Alteration(
                    new ServerVersion(11, 3, 0),
                    "ALTER TABLE procs_priv MODIFY Proc_priv"
                            + " set('Execute','Alter Routine','Grant','Show Create Routine')"
                            + " COLLATE utf8mb3_general_ci DEFAULT '' NOT NULL;"));

    /** A change of a system table that servers of a version and later expect, as one line. */
    private record Alteration(ServerVersion since, String statement) {}

    private final MariaDbSettings settings;
    private final ServerProgram program;
    private final ErrorLog log;

    DataFolder(MariaDbSettings settings, ServerProgram program, ErrorLog log) {
        this.settings = settings;
        this.program = program;
        this.log = log;
    }

    void prepare() throws MariaDbException {
        Path tables = settings.tables();
        try {
            for (Path left : Folders.list(settings.folder(), PARTIAL_PREFIX)) {
                Folders.delete(left);
            }
            Folders.delete(settings.temporary());
            Folders.createPrivate(settings.temporary());
            if (isEmpty(tables)) {
                create(tables);
                return;
            }
            if (!Files.isDirectory(tables.resolve("mysql"))) {
                throw new MariaDbException(
                        tables + " holds files but is no MariaDB data folder: restore it from a backup,"
                                + " or move it away to start with an empty database");
            }
            Optional<ServerVersion> last = recorded(tables);
            if (last.isPresent() && last.get().compareTo(program.version()) > 0) {
                throw new MariaDbException(tables + " was last used by MariaDB " + last.get() + ", which is newer than "
                        + program.version() + " at " + program.executable()
                        + ": a downgrade damages it, so use the newer server or restore a backup");
            }
            if (last.isEmpty() || last.get().compareTo(program.version()) < 0) {
                upgrade(tables, last);
            }
        } catch (IOException e) {
            throw new MariaDbException(
                    "Cannot prepare the database folder " + settings.folder() + ": " + e
                            + "; check its owner, its rights and the free space",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MariaDbException("Interrupted while preparing " + tables, e);
        }
    }

    private void create(Path tables) throws IOException, InterruptedException, MariaDbException {
        long start = System.nanoTime();
        Path partial = Folders.createPrivateTemporary(settings.folder(), PARTIAL_PREFIX);
        List<String> statements = new ArrayList<>();
        statements.add("CREATE DATABASE mysql;");
        statements.add("USE mysql;");
        statements.add("SET @auth_root_socket=NULL;");
        for (String script : SCRIPTS) {
            statements.add(read(script));
        }
        for (String script : FRESH_SCRIPTS) {
            statements.add(read(script));
        }
        // Nobody but the owner of the system views, who cannot log in; the user of the server comes with each start.
        statements.add("DELETE FROM mysql.global_priv WHERE User <> 'mariadb.sys';");
        statements.add("DELETE FROM mysql.proxies_priv;");
        run(partial, true, statements);
        Files.writeString(partial.resolve(VERSION_FILE), program.version().toString());
        sync(partial);
        Files.deleteIfExists(tables);
        Files.move(partial, tables, StandardCopyOption.ATOMIC_MOVE);
        LOG.info("Made the database folder {} in {} ms", tables, (System.nanoTime() - start) / 1_000_000);
    }

    private void upgrade(Path tables, Optional<ServerVersion> last)
            throws IOException, InterruptedException, MariaDbException {
        LOG.info(
                "Upgrading {} from MariaDB {} to {}",
                tables,
                last.map(ServerVersion::toString).orElse("of unknown version"),
                program.version());
        List<String> statements = new ArrayList<>();
        statements.add("USE mysql;");
        statements.add("SET @auth_root_socket=NULL;");
        for (String script : SCRIPTS) {
            statements.add(read(script));
        }
        ALTERATIONS.stream()
                .filter(alteration -> alteration.since().compareTo(program.version()) <= 0)
                .map(Alteration::statement)
                .forEach(statements::add);
        run(tables, false, statements);
        Path version = tables.resolve(VERSION_FILE);
        Path written = tables.resolveSibling(VERSION_FILE);
        Files.writeString(written, program.version().toString());
        Files.move(written, version, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void run(Path tables, boolean isFresh, List<String> statements)
            throws IOException, InterruptedException, MariaDbException {
        log.begin();
        Process process = new ProcessBuilder(new ServerCommand(program, settings).bootstrap(tables, isFresh))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.file().toFile()))
                .start();
        IOException broken = null;
        try (OutputStream in = process.getOutputStream()) {
            for (String statement : statements) {
                in.write(statement.getBytes(StandardCharsets.UTF_8));
                in.write('\n');
            }
        } catch (IOException e) {
            // It ended before it had read all; its log says why.
            broken = e;
        }
        try {
            if (!process.waitFor(settings.startTimeout().toMillis(), TimeUnit.MILLISECONDS)) {
                throw new MariaDbException("Preparing " + tables + " took longer than "
                        + settings.startTimeout().toSeconds() + " s; see " + log.file());
            }
        } finally {
            process.destroyForcibly();
        }
        if (broken != null || process.exitValue() != 0) {
            throw new MariaDbException("The embedded database cannot prepare " + settings.tables() + ": " + log.reason()
                    + "; see " + log.file());
        }
    }

    private String read(String script) throws IOException {
        return Files.readString(program.script(script));
    }

    private static Optional<ServerVersion> recorded(Path tables) throws IOException {
        Path file = tables.resolve(VERSION_FILE);
        return Files.exists(file) ? ServerVersion.parse(Files.readString(file)) : Optional.empty();
    }

    private static boolean isEmpty(Path folder) throws IOException {
        return !Files.exists(folder) || Folders.list(folder, "").isEmpty();
    }

    private static void sync(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
        }
    }
}
