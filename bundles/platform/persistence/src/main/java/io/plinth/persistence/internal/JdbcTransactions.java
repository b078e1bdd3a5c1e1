package io.plinth.persistence.internal;

import io.plinth.event.Outbox;
import io.plinth.persistence.internal.jpa.PersistenceUnit;
import io.plinth.problem.ProblemException;
import io.plinth.tx.TransactionalWork;
import io.plinth.tx.Transactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Transactions of one bundle over the pool.
 *
 * <p>A read costs one round trip more than its statements (the rollback that ends its snapshot), a write two: it sets READ
 * COMMITTED, so that waiting for a locked row is followed by reading its newest state instead of by error 1020, and it
 * commits.
 */
final class JdbcTransactions implements Transactions {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcTransactions.class);
    private static final int RETRIES_MAX = 3;
    private static final Duration RETRY_WITHIN = Duration.ofSeconds(10);
    private static final long BACKOFF_MILLIS = 10;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final ConnectionPool pool;
    private final Outbox outbox;
    private final @Nullable PersistenceUnit unit;
    private final ThreadLocal<@Nullable RunningTransaction> running = new ThreadLocal<>();

    JdbcTransactions(ConnectionPool pool, Outbox outbox, @Nullable PersistenceUnit unit) {
        this.pool = pool;
        this.outbox = outbox;
        this.unit = unit;
    }

    @Override
    public <T> T write(TransactionalWork<T> work) {
        RunningTransaction outer = running.get();
        if (outer != null) {
            if (outer.isReadOnly()) {
                throw new IllegalStateException("write() inside read(): begin with write()");
            }
            return outer.join(work);
        }
        return run(work, false);
    }

    @Override
    public <T> T read(TransactionalWork<T> work) {
        RunningTransaction outer = running.get();
        return outer != null ? outer.join(work) : run(work, true);
    }

    private <T> T run(TransactionalWork<T> work, boolean isReadOnly) {
        long start = System.nanoTime();
        for (int attempt = 0; ; attempt++) {
            try {
                return attempt(work, isReadOnly);
            } catch (ProblemException e) {
                throw e;
            } catch (TransactionException | RuntimeException e) {
                DatabaseFailure failure = DatabaseFailure.of(e);
                if (failure == DatabaseFailure.OTHER) {
                    throw e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
                }
                if (failure == DatabaseFailure.DISCONNECTED && !isUnreachable(e)) {
                    pool.replaceAll();
                }
                boolean isLate = System.nanoTime() - start > RETRY_WITHIN.toNanos();
                if (failure == DatabaseFailure.UNAVAILABLE || isUnreachable(e) || attempt == RETRIES_MAX || isLate) {
                    throw unavailable(failure, e);
                }
                LOG.debug("Attempt {} failed ({}), trying again", attempt + 1, failure, e);
                pause(attempt, e);
            }
        }
    }

    private <T> T attempt(TransactionalWork<T> work, boolean isReadOnly) throws TransactionException {
        Connection connection = take();
        RunningTransaction transaction = new RunningTransaction(connection, isReadOnly, unit);
        T result;
        boolean isEnded = false;
        try {
            if (!isReadOnly) {
                execute(connection, "SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
            }
            running.set(transaction);
            result = transaction.call(work);
            if (isReadOnly) {
                connection.rollback();
            } else {
                transaction.complete(outbox);
                commit(connection);
            }
            isEnded = true;
        } catch (SQLException e) {
            throw new TransactionException(e);
        } finally {
            running.remove();
            transaction.close();
            release(connection, isEnded);
        }
        afterwards(transaction);
        return result;
    }

    private Connection take() throws TransactionException {
        try {
            return pool.take();
        } catch (SQLException e) {
            throw new TransactionException(new UnreachableException(e));
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void commit(Connection connection) throws SQLException {
        try {
            connection.commit();
        } catch (SQLException e) {
            if (DatabaseFailure.of(e) == DatabaseFailure.CONFLICT) {
                throw e;
            }
            // The database may have committed before the answer was lost, so neither success nor a retry would be
            // right.
            throw ProblemException.unavailable(
                    "The database failed while the change was saved, and whether it was is not known:"
                            + " look before you try again",
                    RETRY_AFTER,
                    e);
        }
    }

    private static void release(Connection connection, boolean isEnded) {
        try (connection) {
            if (!isEnded) {
                connection.rollback();
            }
        } catch (SQLException e) {
            // The pool drops a broken connection, and the database rolls back what was on it.
            LOG.debug("A connection could not be given back in order", e);
        }
    }

    private void afterwards(RunningTransaction transaction) {
        if (transaction.hasEvents()) {
            outbox.committed();
        }
        for (Runnable action : transaction.actions()) {
            try {
                action.run();
            } catch (RuntimeException e) {
                LOG.error("An action after a commit failed; the commit stands", e);
            }
        }
    }

    private static boolean isUnreachable(Exception e) {
        return e.getCause() instanceof UnreachableException;
    }

    private static ProblemException unavailable(DatabaseFailure failure, Exception cause) {
        String detail =
                switch (failure) {
                    case CONFLICT -> "Others are changing the same data; nothing was changed, try again";
                    case DISCONNECTED -> "The database cannot be reached now; nothing was changed, try again";
                    case UNAVAILABLE, OTHER ->
                        "The database could not do this in time or takes no changes now; nothing"
                                + " was changed, try again";
                };
        return ProblemException.unavailable(detail, RETRY_AFTER, cause);
    }

    private static void pause(int attempt, Exception cause) {
        long most = BACKOFF_MILLIS << attempt;
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong(most, 2 * most + 1));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw ProblemException.unavailable("The server is stopping; nothing was changed", RETRY_AFTER, cause);
        }
    }

    /** A failure of JDBC on its way out of an attempt. */
    private static final class TransactionException extends Exception {
        private static final long serialVersionUID = 1L;

        TransactionException(SQLException cause) {
            super(cause);
        }
    }

    /** No connection could be had within the time: another wait of that length would not be failing fast. */
    private static final class UnreachableException extends SQLException {
        private static final long serialVersionUID = 1L;

        UnreachableException(SQLException cause) {
            super(cause.getMessage(), "08001", cause);
        }
    }
}
