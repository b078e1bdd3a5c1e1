package io.plinth.persistence.internal.jpa;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Gives EclipseLink the connection of the transaction that runs on this thread, for its reads and its writes. */
final class BoundDataSource extends FixedDataSource {
    private final DataSource fallback;
    private final ThreadLocal<@Nullable Connection> bound = new ThreadLocal<>();

    BoundDataSource(DataSource fallback) {
        this.fallback = fallback;
    }

    void bind(@Nullable Connection connection) {
        if (connection == null) {
            bound.remove();
        } else {
            bound.set(connection);
        }
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = bound.get();
        return connection == null ? fallback.getConnection() : connection;
    }

    @Override
    public Connection getConnection(@Nullable String username, @Nullable String password) throws SQLException {
        return getConnection();
    }
}
