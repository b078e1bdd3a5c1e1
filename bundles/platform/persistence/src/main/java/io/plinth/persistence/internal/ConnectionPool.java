package io.plinth.persistence.internal;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.mariadb.jdbc.MariaDbDataSource;

/**
 * The one pool of connections. Its connections rest with autocommit off and REPEATABLE READ: a transaction then needs no
 * statement to begin, and reads of one transaction see one snapshot.
 */
final class ConnectionPool implements AutoCloseable {
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(30);
    private static final Duration VALIDATION_TIMEOUT = Duration.ofSeconds(1);
    /**
     * HikariCP pings a connection that rested for longer than this before it hands it out. Idle ones are pinged each 30 s
     * anyway and {@link JdbcTransactions} begins anew on a fresh connection when one turns out broken, so that a request
     * need not pay for a ping.
     */
    private static final String ALIVE_WINDOW_PROPERTY = "com.zaxxer.hikari.aliveBypassWindowMs";

    private final JdbcUrl url;
    private final String user;
    private final String password;
    private final PoolSettings settings;
    private final HikariDataSource pool;

    ConnectionPool(
            String url, String user, String password, PoolSettings settings, @Nullable MeterRegistry meterRegistry) {
        this.url = new JdbcUrl(url);
        this.user = user;
        this.password = password;
        this.settings = settings;
        HikariConfig config = new HikariConfig();
        config.setPoolName("plinth");
        config.setDataSource(source(this.url.pooled(settings)));
        config.setMaximumPoolSize(settings.sizeMax());
        config.setMinimumIdle(settings.idleMin());
        config.setConnectionTimeout(settings.connectionTimeout().toMillis());
        config.setValidationTimeout(Math.min(
                VALIDATION_TIMEOUT.toMillis(), settings.connectionTimeout().toMillis()));
        config.setMaxLifetime(settings.lifetime().toMillis());
        config.setKeepaliveTime(KEEP_ALIVE.toMillis());
        config.setInitializationFailTimeout(-1);
        config.setAutoCommit(false);
        config.setTransactionIsolation("TRANSACTION_REPEATABLE_READ");
        if (meterRegistry != null) {
            config.setMetricRegistry(meterRegistry);
        }
        if (System.getProperty(ALIVE_WINDOW_PROPERTY) == null) {
            System.setProperty(ALIVE_WINDOW_PROPERTY, Long.toString(2 * KEEP_ALIVE.toMillis()));
        }
        this.pool = new HikariDataSource(config);
    }

    /** A connection with autocommit off. */
    Connection take() throws SQLException {
        return pool.getConnection();
    }

    /** Replaces every connection made until now: one was found broken, so its neighbours are too. */
    void replaceAll() {
        HikariPoolMXBean control = pool.getHikariPoolMXBean();
        if (control != null) {
            control.softEvictConnections();
        }
    }

    /** Connections of their own for migrations, without statement timeout, autocommit on. */
    DataSource migrating() {
        return source(url.migrating(settings));
    }

    /** The address without credentials. */
    String shownUrl() {
        return url.shown();
    }

    @Override
    public void close() {
        pool.close();
    }

    private DataSource source(String completed) {
        try {
            MariaDbDataSource source = new MariaDbDataSource(completed);
            source.setUser(user);
            source.setPassword(password);
            return source;
        } catch (SQLException e) {
            throw new IllegalArgumentException(
                    "The database address " + url.shown() + " cannot be used: " + e.getMessage(), e);
        }
    }
}
