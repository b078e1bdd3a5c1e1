package io.plinth.mariadb.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "the tests' archive is for Linux on amd64")
class MariaDbServerTest {
    private static final Path ROOT = Path.of("target", "mariadb-test").toAbsolutePath();
    private static final String PASSWORD = "it's-\"a\\secret";
    private static Path unpacked;

    private Path data;
    private MariaDbServer server;

    @BeforeAll
    static void unpackOnce() throws Exception {
        unpacked = ROOT.resolve("unpacked");
        ServerArchive.find(Archive.folder()).orElseThrow().unpack(unpacked);
    }

    @BeforeEach
    void newFolder(@TempDir Path temporary) throws IOException {
        data = temporary.resolve("data");
        Folders.createPrivate(data.resolve("mariadb"));
        // Unpacking takes seconds, so the tests share the files.
        Files.createSymbolicLink(data.resolve("mariadb/server-11.4.5"), unpacked.resolve("server-11.4.5"));
    }

    @AfterEach
    void stop() throws IOException {
        if (server != null) {
            server.stop();
        }
        Files.delete(data.resolve("mariadb/server-11.4.5"));
    }

    private MariaDbServer start() throws MariaDbException {
        server = new MariaDbServer(settings());
        server.start();
        return server;
    }

    private MariaDbSettings settings() {
        return MariaDbSettings.defaults(data, Archive.folder(), PASSWORD);
    }

    private static Connection connect(MariaDbServer server) throws SQLException {
        return DriverManager.getConnection(server.url() + "?connectTimeout=2000", server.user(), server.password());
    }

    private static String query(MariaDbServer server, String sql) throws SQLException {
        try (Connection connection = connect(server);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getString(1) : "";
        }
    }

    private static void execute(MariaDbServer server, String sql) throws SQLException {
        try (Connection connection = connect(server);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void awaitOtherProcess(MariaDbServer server, long before) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (System.nanoTime() < end) {
            long now = server.processId();
            if (now > 0 && now != before) {
                return;
            }
            Thread.onSpinWait();
        }
        throw new AssertionError("mariadbd was not started again");
    }

    @Test
    void freshFolderServesOneUserAndDurableSettings() throws Exception {
        start();
        assertThat(
                        query(
                                server,
                                "SELECT CONCAT_WS(',', @@innodb_flush_log_at_trx_commit, @@sync_binlog,"
                                        + " @@innodb_snapshot_isolation, @@character_set_server, @@bind_address, @@transaction_isolation)"))
                .isEqualTo("1,1,ON,utf8mb4,127.0.0.1,REPEATABLE-READ");
        assertThat(query(server, "SELECT GROUP_CONCAT(schema_name ORDER BY 1) FROM information_schema.schemata"))
                .isEqualTo("information_schema,plinth");
        assertThatThrownBy(() -> query(server, "SELECT user FROM mysql.global_priv"))
                .isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> DriverManager.getConnection(server.url(), "root", ""))
                .isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> DriverManager.getConnection(server.url(), server.user(), "wrong"))
                .isInstanceOf(SQLException.class);
        execute(server, "CREATE TABLE t (a INT)");
        execute(server, "CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW SET NEW.a = 1");
        assertThat(data.resolve("mariadb/init.sql")).doesNotExist();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("mariadb/data"))))
                .isEqualTo("rwx------");
        assertThat(Files.readString(data.resolve("logs/mariadb.log"))).doesNotContain(PASSWORD);
    }

    @Test
    void restartKeepsTheRowsAndTakesANewPassword() throws Exception {
        start();
        execute(server, "CREATE TABLE t AS SELECT 7 AS a");
        server.stop();
        server = new MariaDbServer(MariaDbSettings.defaults(data, Archive.folder(), "another-secret"));
        long start = System.nanoTime();
        server.start();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
        assertThat(query(server, "SELECT a FROM t")).isEqualTo("7");
    }

    @Test
    void killedProcessComesBackOnTheSamePortWithWhatWasCommitted() throws Exception {
        start();
        execute(server, "CREATE TABLE t (a INT)");
        execute(server, "INSERT INTO t VALUES (42)");
        int port = server.port();
        long before = server.processId();
        ProcessHandle.of(before).orElseThrow().destroyForcibly();
        awaitOtherProcess(server, before);
        assertThat(server.port()).isEqualTo(port);
        assertThat(query(server, "SELECT a FROM t")).isEqualTo("42");
    }

    @Test
    void orphanOfAKilledServerIsReplacedCleanly() throws Exception {
        start();
        execute(server, "CREATE TABLE t AS SELECT 7 AS a");
        server.stop();
        ServerProgram program = ServerProgram.locate(settings());
        Path initFile = Files.writeString(data.resolve("mariadb/orphan.sql"), "SELECT 1;\n");
        Path pidFile = data.resolve("mariadb/orphan.pid");
        int port = ServerProcess.bindable(0);
        Process orphan = new ProcessBuilder(new ServerCommand(program, settings()).serve(port, initFile, pidFile))
                .redirectErrorStream(true)
                .redirectOutput(data.resolve("logs/orphan.log").toFile())
                .start();
        assertThat(ServerProcess.awaitGreeting(orphan, pidFile, port, Duration.ofSeconds(30), () -> false))
                .isTrue();
        start();
        assertThat(orphan.isAlive()).isFalse();
        assertThat(Files.readString(data.resolve("logs/orphan.log"))).contains("Shutdown complete");
        assertThat(query(server, "SELECT a FROM t")).isEqualTo("7");
    }

    @Test
    void secondServerOnTheFolderIsRefusedAndHarmsNothing() throws Exception {
        start();
        long pid = server.processId();
        MariaDbServer second = new MariaDbServer(settings());
        assertThatThrownBy(second::start).isInstanceOf(MariaDbException.class).hasMessageContaining(data.toString());
        assertThat(server.processId()).isEqualTo(pid);
        assertThat(query(server, "SELECT 1")).isEqualTo("1");
    }

    @Test
    void givenPortThatIsTakenIsOneLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            MariaDbServer unlucky = new MariaDbServer(settings().withPort(taken.getLocalPort()));
            assertThatThrownBy(unlucky::start)
                    .isInstanceOf(MariaDbException.class)
                    .hasMessageContaining("Port " + taken.getLocalPort())
                    .hasMessageContaining("PLINTH_DB_PORT")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void corruptTablesAreOneLineWithTheLogsReason() throws Exception {
        start();
        server.stop();
        Path tablespace = data.resolve("mariadb/data/ibdata1");
        Files.write(tablespace, new byte[(int) Files.size(tablespace)]);
        assertThatThrownBy(this::start)
                .isInstanceOf(MariaDbException.class)
                .hasMessageContaining("logs/mariadb.log")
                .hasMessageContaining("InnoDB")
                .hasMessageNotContaining("\n")
                .hasMessageNotContaining("Aborting");
        assertThat(server.processId()).isEqualTo(-1);
    }

    @Test
    void olderFolderIsUpgradedAndNewerOneRefused() throws Exception {
        start();
        execute(server, "CREATE TABLE t AS SELECT 7 AS a");
        server.stop();
        Path version = data.resolve("mariadb/data").resolve(DataFolder.VERSION_FILE);
        assertThat(version).hasContent("11.4.5");
        Files.writeString(version, "10.11.2");
        start();
        assertThat(query(server, "SELECT a FROM t")).isEqualTo("7");
        assertThat(version).hasContent("11.4.5");
        server.stop();
        Files.writeString(version, "12.0.1");
        assertThatThrownBy(this::start)
                .isInstanceOf(MariaDbException.class)
                .hasMessageContaining("12.0.1")
                .hasMessageContaining("downgrade");
    }

    /** 10.11 differs in these two; what was granted then has to be understood now. */
    @Test
    void systemTablesOf1011BecomeThoseOfAFreshFolder() throws Exception {
        start().stop();
        String fresh = systemColumns("fresh");
        bootstrap(
                "ALTER TABLE mysql.db DROP COLUMN Show_create_routine_priv;",
                "ALTER TABLE mysql.procs_priv MODIFY Proc_priv set('Execute','Alter Routine','Grant')"
                        + " COLLATE utf8mb3_general_ci DEFAULT '' NOT NULL;");
        assertThat(systemColumns("older")).as("the control").isNotEqualTo(fresh);
        Files.writeString(data.resolve("mariadb/data").resolve(DataFolder.VERSION_FILE), "10.11.14");

        start().stop();

        assertThat(systemColumns("upgraded")).isEqualTo(fresh);
    }

    private String systemColumns(String name) throws Exception {
        Path file = data.resolve(name);
        bootstrap(
                "SELECT table_name, column_name, column_type, is_nullable, column_default, collation_name INTO OUTFILE '"
                        + file + "' FROM information_schema.columns WHERE table_schema = 'mysql'"
                        + " ORDER BY table_name, ordinal_position;");
        return Files.readString(file);
    }

    /** SQL on the files of a server that does not run. */
    private void bootstrap(String... statements) throws Exception {
        ServerProgram program = ServerProgram.locate(settings());
        Files.createDirectories(settings().temporary());
        Process process = new ProcessBuilder(new ServerCommand(program, settings())
                        .bootstrap(settings().tables(), false))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (OutputStream in = process.getOutputStream()) {
            in.write((String.join("\n", statements) + "\n").getBytes(StandardCharsets.UTF_8));
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    @Test
    void folderWithOtherFilesIsNotTouched() throws Exception {
        Path foreign = Files.createDirectories(data.resolve("mariadb/data")).resolve("letter.txt");
        Files.writeString(foreign, "dear all");
        assertThatThrownBy(this::start).isInstanceOf(MariaDbException.class).hasMessageContaining("no MariaDB data");
        assertThat(foreign).hasContent("dear all");
    }
}
