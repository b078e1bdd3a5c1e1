package io.plinth.issuer.internal;

import io.plinth.event.Event;
import io.plinth.tx.Transaction;
import io.plinth.tx.TransactionalWork;
import io.plinth.tx.Transactions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import javax.persistence.EntityManager;

/** One connection a transaction and nothing more. */
record JdbcTransactions(String url, String user, String password) implements Transactions {
    @Override
    public <T> T write(TransactionalWork<T> work) {
        return run(work, false);
    }

    @Override
    public <T> T read(TransactionalWork<T> work) {
        return run(work, true);
    }

    private <T> T run(TransactionalWork<T> work, boolean isReadOnly) {
        try (Connection connection = DriverManager.getConnection(url, user, password)) {
            connection.setReadOnly(isReadOnly);
            connection.setAutoCommit(false);
            T result = work.in(new Transaction() {
                @Override
                public EntityManager entityManager() {
                    throw new UnsupportedOperationException();
                }

                @Override
                public Connection connection() {
                    return connection;
                }

                @Override
                public void publish(Event event) {
                    throw new UnsupportedOperationException();
                }

                @Override
                public void afterCommit(Runnable action) {
                    throw new UnsupportedOperationException();
                }
            });
            connection.commit();
            return result;
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
