package io.plinth.persistence.internal;

import io.plinth.event.Outbox;
import io.plinth.persistence.internal.migration.FlywayMigrations;
import io.plinth.persistence.internal.migration.MigrationScript;
import io.plinth.tx.TransactionalWork;
import io.plinth.tx.Transactions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** The platform's transactions without OSGi; it lies in their package, since nobody else makes them by hand. */
public final class PlainTransactions implements Transactions, AutoCloseable {
    private final ConnectionPool pool;
    private final Transactions transactions;

    /** Applies the migrations beside a class, which are checked as in the platform, and opens a pool. */
    public PlainTransactions(
            String url, String user, String password, Outbox outbox, Class<?> neighbour, List<String> scripts)
            throws IOException {
        pool = new ConnectionPool(url, user, password, PoolSettings.DEFAULT, null);
        List<MigrationScript> migrations = new java.util.ArrayList<>();
        for (String script : scripts) {
            String path = MigrationScript.FOLDER + '/' + script;
            try (var in = Objects.requireNonNull(neighbour.getClassLoader().getResourceAsStream(path))) {
                migrations.add(new MigrationScript(script, new String(in.readAllBytes(), StandardCharsets.UTF_8)));
            }
        }
        new FlywayMigrations(pool.migrating()).apply("io.plinth.transactions", migrations);
        transactions = new JdbcTransactions(pool, outbox, null);
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
        pool.close();
    }
}
