package io.plinth.persistence.internal.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.ClassProvider;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.migration.JavaMigration;
import org.flywaydb.core.api.resource.LoadableResource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Applies migrations with Flyway, one history table for each symbolic name. */
public final class FlywayMigrations {
    private static final Logger LOG = LoggerFactory.getLogger(FlywayMigrations.class);
    private static final String HISTORY_PREFIX = "migrations_";
    private static final int TABLE_NAME_LENGTH_MAX = 64;
    private static final int LOCK_TIMEOUT_SECONDS = 120;

    /** As good as none: the start of a server waits for its tables as long as they take. */
    private static final Duration UNLIMITED = Duration.ofDays(30);

    private static final int NO_SUCH_TABLE = 1146;

    private final DataSource source;

    public FlywayMigrations(DataSource source) {
        this.source = source;
    }

    /**
     * Applies what is missing.
     *
     * @param owner symbolic name of the bundle
     * @param scripts all migrations of the bundle
     * @throws IllegalStateException naming the file, when a migration fails or is refused
     */
    public void apply(String owner, Collection<MigrationScript> scripts) {
        apply(owner, scripts, UNLIMITED);
    }

    /**
     * Applies what is missing, all of it within the time.
     *
     * @throws IllegalStateException naming the file, when a migration fails, is refused, or takes too long
     */
    public void apply(String owner, Collection<MigrationScript> scripts, Duration timeout) {
        if (scripts.isEmpty()) {
            return;
        }
        List<MigrationScript> ordered = scripts.stream()
                .sorted(Comparator.comparingInt(MigrationScript::version))
                .toList();
        checkVersions(owner, ordered);
        String history = history(owner);
        try (Connection connection = source.getConnection();
                TimedSource timed = new TimedSource(source, timeout)) {
            if (isComplete(connection, history, ordered)) {
                return;
            }
            lock(connection, history, Math.min(LOCK_TIMEOUT_SECONDS, timed.leftSeconds()));
            try {
                migrate(connection, owner, history, ordered, timed);
            } catch (FlywayException failed) {
                String reason = timed.isOver()
                        ? tooLong(connection, history, ordered, timeout)
                        : "A migration of " + owner + " failed: " + failed.getMessage();
                throw new IllegalStateException(reason, failed);
            } finally {
                unlock(connection, history);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("The migrations of " + owner + " failed: " + e.getMessage(), e);
        }
    }

    /**
     * File names of what {@link #apply} would run, in order.
     *
     * @throws IllegalStateException naming the file, when one would be refused
     */
    public List<String> pending(String owner, Collection<MigrationScript> scripts) {
        List<MigrationScript> ordered = scripts.stream()
                .sorted(Comparator.comparingInt(MigrationScript::version))
                .toList();
        checkVersions(owner, ordered);
        try (Connection connection = source.getConnection()) {
            Map<Integer, Integer> applied = applied(connection, history(owner));
            List<MigrationScript> missing = ordered.stream()
                    .filter(script -> !applied.containsKey(script.version()))
                    .toList();
            checkExpandOnly(owner, missing);
            return missing.stream().map(MigrationScript::getFilename).toList();
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "The migrations of " + owner + " cannot be looked up: " + e.getMessage(), e);
        }
    }

    private static void checkExpandOnly(String owner, List<MigrationScript> missing) {
        for (MigrationScript script : missing) {
            Optional<String> violation = ExpandOnly.violation(script.text());
            if (violation.isPresent()) {
                throw new IllegalStateException(
                        owner + ": " + script.getAbsolutePath() + " is refused since it " + violation.get());
            }
        }
    }

    private static String tooLong(
            Connection connection, String history, List<MigrationScript> scripts, Duration timeout)
            throws SQLException {
        Map<Integer, Integer> applied = applied(connection, history);
        String running = scripts.stream()
                .filter(script -> !applied.containsKey(script.version()))
                .map(MigrationScript::getAbsolutePath)
                .findFirst()
                .orElse("the last one");
        return "The migrations took longer than " + timeout.toMillis() + " ms and were stopped while " + running
                + " ran. What its statements have changed until then stays.";
    }

    private static void migrate(
            Connection connection, String owner, String history, List<MigrationScript> scripts, DataSource timed)
            throws SQLException {
        // Another server may have done it while this one waited.
        Map<Integer, Integer> applied = applied(connection, history);
        checkExpandOnly(
                owner,
                scripts.stream()
                        .filter(script -> !applied.containsKey(script.version()))
                        .toList());
        if (isComplete(connection, history, scripts)) {
            return;
        }
        forgetFailures(connection, history);
        long start = System.nanoTime();
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(Flyway.class.getClassLoader());
        try {
            int count = flyway(history, scripts, timed).migrate().migrationsExecuted;
            LOG.info("Applied {} migrations of {} in {} ms", count, owner, (System.nanoTime() - start) / 1_000_000);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** A script that failed is tried again: it is mended, or what it stumbled over is. */
    private static void forgetFailures(Connection connection, String history) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("DELETE FROM `" + history + "` WHERE success = 0");
        } catch (SQLException e) {
            if (e.getErrorCode() != NO_SUCH_TABLE) {
                throw e;
            }
        }
    }

    private static Flyway flyway(String history, List<MigrationScript> scripts, DataSource source) {
        return Flyway.configure(Flyway.class.getClassLoader())
                .loggers("slf4j")
                .dataSource(source)
                .table(history)
                .resourceProvider(new Scripts(scripts))
                .javaMigrationClassProvider(new NoJavaMigrations())
                .skipDefaultCallbacks(true)
                // A schema newer than this version of the bundle is what expand-only is for.
                .ignoreMigrationPatterns("*:future")
                .outOfOrder(false)
                .placeholderReplacement(false)
                .cleanDisabled(true)
                .createSchemas(false)
                // Other bundles' tables are in the same schema.
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .load();
    }

    private static boolean isComplete(Connection connection, String history, List<MigrationScript> scripts)
            throws SQLException {
        Map<Integer, Integer> applied = applied(connection, history);
        return scripts.stream()
                .allMatch(script -> Integer.valueOf(script.checksum()).equals(applied.get(script.version())));
    }

    /** Versions that were applied with success, with their checksums; none when there is no history. */
    private static Map<Integer, Integer> applied(Connection connection, String history) throws SQLException {
        Map<Integer, Integer> applied = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT version, checksum FROM `" + history + "` WHERE success = 1 AND type = 'SQL'")) {
            while (rows.next()) {
                applied.put(rows.getInt(1), rows.getInt(2));
            }
        } catch (SQLException e) {
            if (e.getErrorCode() != NO_SUCH_TABLE) {
                throw e;
            }
        }
        return applied;
    }

    /** Flyway's own lock does not cover making its table. */
    private static void lock(Connection connection, String history, long timeoutSeconds) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT GET_LOCK(?, ?)")) {
            statement.setString(1, "plinth." + history);
            statement.setLong(2, timeoutSeconds);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next() || row.getInt(1) != 1) {
                    throw new SQLException("another server holds the migration lock " + history + " for more than "
                            + timeoutSeconds + " s");
                }
            }
        }
    }

    private static void unlock(Connection connection, String history) {
        try (PreparedStatement statement = connection.prepareStatement("SELECT RELEASE_LOCK(?)")) {
            statement.setString(1, "plinth." + history);
            statement.execute();
        } catch (SQLException e) {
            LOG.debug("The lock {} goes with its connection", history, e);
        }
    }

    private static void checkVersions(String owner, List<MigrationScript> ordered) {
        Set<Integer> versions = new HashSet<>();
        for (MigrationScript script : ordered) {
            if (!versions.add(script.version())) {
                throw new IllegalStateException(
                        owner + ": two migrations have the version of " + script.getAbsolutePath());
            }
        }
    }

    static String history(String owner) {
        String name = HISTORY_PREFIX + owner.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "_");
        if (name.length() <= TABLE_NAME_LENGTH_MAX) {
            return name;
        }
        CRC32 crc = new CRC32();
        crc.update(owner.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return name.substring(0, TABLE_NAME_LENGTH_MAX - 9) + "_" + String.format("%08x", crc.getValue());
    }

    private record Scripts(List<MigrationScript> scripts) implements ResourceProvider {
        @Override
        public @Nullable LoadableResource getResource(String name) {
            return scripts.stream()
                    .filter(script -> script.getFilename().equals(name)
                            || script.getAbsolutePath().equals(name))
                    .findFirst()
                    .orElse(null);
        }

        @Override
        public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
            return scripts.stream()
                    .filter(script -> script.getFilename().startsWith(prefix))
                    .filter(script -> List.of(suffixes).stream().anyMatch(script.getFilename()::endsWith))
                    .<LoadableResource>map(script -> script)
                    .toList();
        }
    }

    private record NoJavaMigrations() implements ClassProvider<JavaMigration> {
        @Override
        public Collection<Class<? extends JavaMigration>> getClasses() {
            return List.of();
        }
    }
}
