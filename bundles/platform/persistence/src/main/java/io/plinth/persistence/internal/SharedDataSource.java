package io.plinth.persistence.internal;

import io.plinth.persistence.internal.jpa.FixedDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import org.jspecify.annotations.Nullable;

/**
 * The pool as JDBC defines a data source: connections come with autocommit on, and with READ COMMITTED, so that queues
 * read with SKIP LOCKED take no gap locks. Setting that up costs round trips which {@link JdbcTransactions} does without.
 */
final class SharedDataSource extends FixedDataSource {
    private final ConnectionPool pool;

    SharedDataSource(ConnectionPool pool) {
        this.pool = pool;
    }

    @Override
    public Connection getConnection() throws SQLException {
        try {
            return prepared();
        } catch (SQLException e) {
            if (DatabaseFailure.of(e) != DatabaseFailure.DISCONNECTED) {
                throw e;
            }
            // It broke while it rested; the next one is new.
            pool.replaceAll();
            return prepared();
        }
    }

    private Connection prepared() throws SQLException {
        Connection connection = pool.take();
        try {
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            connection.setAutoCommit(true);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public Connection getConnection(@Nullable String username, @Nullable String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("the pool has one user");
    }
}
