package io.plinth.persistence.internal;

import io.plinth.event.Event;
import io.plinth.event.Outbox;
import io.plinth.persistence.internal.jpa.PersistenceUnit;
import io.plinth.tx.Transaction;
import io.plinth.tx.TransactionalWork;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.persistence.EntityManager;
import javax.persistence.PersistenceException;
import javax.persistence.RollbackException;
import org.jspecify.annotations.Nullable;

/** One attempt at a transaction. */
final class RunningTransaction implements Transaction {
    private static final int EVENTS_MAX = 10_000;
    private static final int ACTIONS_MAX = 10_000;

    private final Thread thread = Thread.currentThread();
    private final Connection connection;
    private final Connection guarded;
    private final boolean isReadOnly;
    private final @Nullable PersistenceUnit unit;
    private final List<Event> events = new ArrayList<>();
    private final List<Runnable> actions = new ArrayList<>();

    private @Nullable EntityManager entityManager;
    private boolean isFailed;
    private boolean isClosed;

    RunningTransaction(Connection connection, boolean isReadOnly, @Nullable PersistenceUnit unit) {
        this.connection = connection;
        this.guarded = HeldConnection.guarded(connection);
        this.isReadOnly = isReadOnly;
        this.unit = unit;
    }

    @Override
    public EntityManager entityManager() {
        check();
        EntityManager opened = entityManager;
        if (opened == null) {
            if (unit == null) {
                throw new IllegalStateException(
                        "The bundle has no META-INF/persistence.xml, so it has connection() but no entityManager()");
            }
            opened = unit.open(HeldConnection.lenient(connection));
            entityManager = opened;
            if (!isReadOnly) {
                opened.getTransaction().begin();
            }
        }
        return opened;
    }

    @Override
    public Connection connection() {
        check();
        return guarded;
    }

    @Override
    public void publish(Event event) {
        check();
        if (isReadOnly) {
            throw new IllegalStateException("publish() inside read(): use write()");
        }
        if (events.size() == EVENTS_MAX) {
            throw new IllegalStateException("more than " + EVENTS_MAX + " events in one transaction");
        }
        events.add(event);
    }

    @Override
    public void afterCommit(Runnable action) {
        check();
        if (actions.size() == ACTIONS_MAX) {
            throw new IllegalStateException("more than " + ACTIONS_MAX + " actions in one transaction");
        }
        actions.add(action);
    }

    boolean isReadOnly() {
        return isReadOnly;
    }

    boolean hasEvents() {
        return !events.isEmpty();
    }

    List<Runnable> actions() {
        return List.copyOf(actions);
    }

    <T> T call(TransactionalWork<T> work) {
        return work.in(this);
    }

    /** Runs work that was begun inside this transaction; when it fails, all of it fails. */
    <T> T join(TransactionalWork<T> work) {
        boolean isDone = false;
        try {
            T result = work.in(this);
            isDone = true;
            return result;
        } finally {
            isFailed |= !isDone;
        }
    }

    /** Writes what is to be committed: entities first, then the outbox rows. */
    void complete(Outbox outbox) throws SQLException {
        if (isFailed) {
            throw new IllegalStateException("A transaction inside this one failed, so this one is rolled back");
        }
        EntityManager opened = entityManager;
        if (opened != null) {
            try {
                // Flushes; the commit of the connection is ours and comes last.
                opened.getTransaction().commit();
            } catch (RollbackException e) {
                throw e.getCause() instanceof PersistenceException cause ? cause : e;
            }
        }
        if (!events.isEmpty()) {
            outbox.append(guarded, List.copyOf(events));
        }
    }

    void close() {
        isClosed = true;
        EntityManager opened = entityManager;
        if (opened != null) {
            try {
                if (opened.getTransaction().isActive()) {
                    opened.getTransaction().rollback();
                }
            } finally {
                opened.close();
                if (unit != null) {
                    unit.release();
                }
            }
        }
    }

    private void check() {
        if (isClosed || thread != Thread.currentThread()) {
            throw new IllegalStateException("A transaction is valid only inside its work and on its thread");
        }
    }
}
