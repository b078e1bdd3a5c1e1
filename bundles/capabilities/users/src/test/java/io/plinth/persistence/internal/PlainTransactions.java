package io.plinth.persistence.internal;

import io.plinth.event.Outbox;
import io.plinth.persistence.internal.jpa.PersistenceDescriptor;
import io.plinth.persistence.internal.jpa.PersistenceUnit;
import io.plinth.persistence.internal.migration.FlywayMigrations;
import io.plinth.persistence.internal.migration.MigrationScript;
import io.plinth.tx.TransactionalWork;
import io.plinth.tx.Transactions;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** The platform's transactions without OSGi; it lies in their package, since nobody else makes them by hand. */
public final class PlainTransactions implements Transactions, AutoCloseable {
    private final ConnectionPool pool;
    private final PersistenceUnit unit;
    private final Transactions transactions;

    public PlainTransactions(String url, String user, String password, Outbox outbox, Class<?> neighbour)
            throws IOException {
        ClassLoader loader = neighbour.getClassLoader();
        pool = new ConnectionPool(url, user, password, PoolSettings.DEFAULT, null);
        String script = "V1__users.sql";
        try (var in = Objects.requireNonNull(loader.getResourceAsStream(MigrationScript.FOLDER + '/' + script))) {
            new FlywayMigrations(pool.migrating())
                    .apply(
                            "io.plinth.users",
                            List.of(new MigrationScript(
                                    script, new String(in.readAllBytes(), StandardCharsets.UTF_8))));
        }
        URL descriptor = Objects.requireNonNull(loader.getResource(PersistenceDescriptor.PATH));
        String address = descriptor.toString();
        URL root = new URL(address.substring(0, address.length() - PersistenceDescriptor.PATH.length()));
        unit = new PersistenceUnit(
                PersistenceDescriptor.read(descriptor), "users-test", loader, root, new SharedDataSource(pool));
        transactions = new JdbcTransactions(pool, outbox, unit);
    }

    @Override
    public <T> T write(TransactionalWork<T> work) {
        return transactions.write(work);
    }

    @Override
    public <T> T read(TransactionalWork<T> work) {
        return transactions.read(work);
    }

    @Override
    public void close() {
        unit.close();
        pool.close();
    }
}
