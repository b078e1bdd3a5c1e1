package io.plinth.persistence.internal.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plinth.mariadb.internal.MariaDbServer;
import io.plinth.persistence.internal.TestDatabase;
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
    void historyTableHasALimitedName() {
        assertThat(FlywayMigrations.history("io.plinth.users")).isEqualTo("migrations_io_plinth_users");
        assertThat(FlywayMigrations.history("a.very".repeat(20))).hasSizeLessThanOrEqualTo(64);
    }
}
