package io.plinth.persistence.internal.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plinth.mariadb.internal.MariaDbServer;
import io.plinth.persistence.internal.TestDatabase;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mariadb.jdbc.MariaDbDataSource;

class FlywayMigrationsTest {
    private static final String OWNER = "io.plinth.trial";
    private static final MigrationScript FIRST =
            new MigrationScript("V1__trial.sql", "CREATE TABLE trial (id INT PRIMARY KEY);\n");
    private static final MigrationScript SECOND =
            new MigrationScript("V2__note.sql", "ALTER TABLE trial ADD COLUMN note VARCHAR(10) NULL;\n");

    private static final Duration LIMIT = Duration.ofSeconds(2);

    @BeforeEach
    void clear() throws Exception {
        TestDatabase.execute(
                "DROP TABLE IF EXISTS trial",
                "DROP TABLE IF EXISTS other",
                "DROP TABLE IF EXISTS migrations_io_plinth_trial",
                "DROP TABLE IF EXISTS migrations_io_plinth_other");
    }

    private static FlywayMigrations migrations() {
        return new FlywayMigrations(source());
    }

    private static DataSource source() {
        try {
            MariaDbServer server = TestDatabase.server();
            MariaDbDataSource source = new MariaDbDataSource(server.url());
            source.setUser(server.user());
            source.setPassword(server.password());
            return source;
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String columns() throws Exception {
        return TestDatabase.query("SELECT GROUP_CONCAT(column_name ORDER BY ordinal_position)"
                + " FROM information_schema.columns WHERE table_schema = 'plinth' AND table_name = 'trial'");
    }

    @Test
    void appliesInOrderAndOnlyOnce() throws Exception {
        migrations().apply(OWNER, List.of(FIRST));
        assertThat(columns()).isEqualTo("id");
        migrations().apply(OWNER, List.of(SECOND, FIRST));
        assertThat(columns()).isEqualTo("id,note");
        long start = System.nanoTime();
        migrations().apply(OWNER, List.of(FIRST, SECOND));
        Duration idle = Duration.ofNanos(System.nanoTime() - start);
        System.out.println("Nothing to do: " + idle.toMillis() + " ms");
        assertThat(idle).isLessThan(Duration.ofMillis(300));
        assertThat(TestDatabase.query("SELECT COUNT(*) FROM migrations_io_plinth_trial WHERE type = 'SQL'"))
                .isEqualTo("2");
    }

    @Test
    void olderVersionStartsOnANewerSchema() throws Exception {
        migrations().apply(OWNER, List.of(FIRST, SECOND));
        migrations().apply(OWNER, List.of(FIRST));
        assertThat(columns()).isEqualTo("id,note");
    }

    @Test
    void otherBundleHasItsOwnHistory() throws Exception {
        migrations().apply(OWNER, List.of(FIRST));
        migrations()
                .apply(
                        "io.plinth.other",
                        List.of(new MigrationScript("V1__other.sql", "CREATE TABLE other (id INT);")));
        assertThat(TestDatabase.query("SELECT COUNT(*) FROM other")).isEqualTo("0");
    }

    @Test
    void twoServersAtOnceApplyOnce() throws Exception {
        ExecutorService servers = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int server = 0; server < 4; server++) {
                all.add(servers.submit(() -> migrations().apply(OWNER, List.of(FIRST, SECOND))));
            }
            for (Future<?> one : all) {
                one.get(60, TimeUnit.SECONDS);
            }
        } finally {
            servers.shutdownNow();
        }
        assertThat(columns()).isEqualTo("id,note");
        assertThat(TestDatabase.query("SELECT COUNT(*) FROM migrations_io_plinth_trial WHERE type = 'SQL'"))
                .isEqualTo("2");
    }

    @Test
    void contractingMigrationIsRefusedByName() throws Exception {
        migrations().apply(OWNER, List.of(FIRST));
        MigrationScript contracting = new MigrationScript("V2__drop.sql", "ALTER TABLE trial DROP COLUMN id;");
        assertThatThrownBy(() -> migrations().apply(OWNER, List.of(FIRST, contracting)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("db/migration/V2__drop.sql")
                .hasMessageContaining(OWNER);
        assertThat(columns()).isEqualTo("id");
    }

    @Test
    void changedMigrationIsRefused() {
        migrations().apply(OWNER, List.of(FIRST));
        MigrationScript changed = new MigrationScript("V1__trial.sql", "CREATE TABLE trial (id BIGINT PRIMARY KEY);");
        assertThatThrownBy(() -> migrations().apply(OWNER, List.of(changed)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("checksum");
    }

    @Test
    void brokenMigrationNamesItsFile() {
        MigrationScript broken = new MigrationScript("V1__broken.sql", "CREATE TABEL trial (id INT);");
        assertThatThrownBy(() -> migrations().apply(OWNER, List.of(broken)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("V1__broken.sql");
    }

    @Test
    void aStatementThatTakesTooLongIsStopped() throws Exception {
        MigrationScript slow = new MigrationScript("V2__slow.sql", "DO SLEEP(60);");
        assertStopped(List.of(FIRST, slow), "db/migration/V2__slow.sql");
        assertThat(columns()).isEqualTo("id");
        assertThat(TestDatabase.query(
                        "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'DO SLEEP%'"))
                .isEqualTo("0");
        // The lock across servers is free again, and the mended script is taken.
        migrations().apply(OWNER, List.of(FIRST, SECOND), LIMIT);
        assertThat(columns()).isEqualTo("id,note");
    }

    /** Each of them is short enough. */
    @Test
    void aChainOfStatementsThatTakesTooLongIsStopped() {
        MigrationScript chain = new MigrationScript("V2__chain.sql", "DO SLEEP(0.5);\n".repeat(100));
        assertStopped(List.of(FIRST, chain), "db/migration/V2__chain.sql");
    }

    @Test
    void aChainOfScriptsThatTakesTooLongIsStopped() {
        List<MigrationScript> scripts = new ArrayList<>(List.of(FIRST));
        for (int i = 2; i < 100; i++) {
            scripts.add(new MigrationScript("V" + i + "__part.sql", "DO SLEEP(0.5);"));
        }
        assertStopped(scripts, "__part.sql");
    }

    @Test
    void waitingForATableThatSomebodyHoldsIsStopped() throws Exception {
        migrations().apply(OWNER, List.of(FIRST));
        try (Connection other = TestDatabase.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.executeQuery("SELECT * FROM trial");
            assertStopped(List.of(FIRST, SECOND), "db/migration/V2__note.sql");
        }
        assertThat(columns()).isEqualTo("id");
    }

    @Test
    void waitingForAnotherServerIsStopped() throws Exception {
        try (Connection other = TestDatabase.connect();
                Statement statement = other.createStatement()) {
            statement.executeQuery("SELECT GET_LOCK('plinth.migrations_io_plinth_trial', 0)");
            assertStopped(List.of(FIRST), "another server");
        }
    }

    private static void assertStopped(List<MigrationScript> scripts, String says) {
        long start = System.nanoTime();
        assertThatThrownBy(() -> migrations().apply(OWNER, scripts, LIMIT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(says);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(LIMIT, LIMIT.multipliedBy(5));
    }

    @Test
    void historyTableHasALimitedName() {
        assertThat(FlywayMigrations.history("io.plinth.users")).isEqualTo("migrations_io_plinth_users");
        assertThat(FlywayMigrations.history("a.very".repeat(20))).hasSizeLessThanOrEqualTo(64);
    }
}
