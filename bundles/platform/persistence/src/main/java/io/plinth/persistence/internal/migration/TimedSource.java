package io.plinth.persistence.internal.migration;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.slf4j.LoggerFactory;

/**
 * Connections that the database ends when the time is over, whatever they do then: a statement timeout alone would bound
 * each statement of a script, and not all of them together.
 */
final class TimedSource implements DataSource, AutoCloseable {
    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(TimedSource.class);

    /** For the case that this server ends first, and cannot end its statement any more. */
    private static final long GRACE_SECONDS = 5;

    private final DataSource source;
    private final long endNanos;
    private final Set<Long> made = ConcurrentHashMap.newKeySet();
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean isOver;

    TimedSource(DataSource source, Duration timeout) {
        this.source = source;
        this.endNanos = System.nanoTime() + timeout.toNanos();
        Thread thread = new Thread(this::watch, "plinth-migration-limit");
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        try {
            if (!done.await(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                isOver = true;
                made.forEach(this::end);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void end(long id) {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("KILL CONNECTION " + id);
        } catch (SQLException failed) {
            LOG.warn("The migration on connection {} cannot be ended: {}", id, failed.getMessage());
        }
    }

    /** Whether the time was over before {@link #close}. */
    boolean isOver() {
        return isOver;
    }

    /** Seconds that are left, rounded up, at least 1. */
    long leftSeconds() {
        return 1 + Math.max(0, TimeUnit.NANOSECONDS.toSeconds(endNanos - System.nanoTime()));
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = source.getConnection();
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION max_statement_time=" + (leftSeconds() + GRACE_SECONDS));
            try (ResultSet row = statement.executeQuery("SELECT CONNECTION_ID()")) {
                row.next();
                made.add(row.getLong(1));
            }
        } catch (SQLException failed) {
            connection.close();
            throw failed;
        }
        if (isOver) {
            connection.close();
            throw new SQLException("the time for migrations is over");
        }
        return connection;
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("There is one user.");
    }

    @Override
    public void close() {
        done.countDown();
    }

    @Override
    public PrintWriter getLogWriter() throws SQLException {
        return source.getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        source.setLogWriter(out);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        source.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return source.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        return source.getParentLogger();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return source.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return source.isWrapperFor(type);
    }
}
