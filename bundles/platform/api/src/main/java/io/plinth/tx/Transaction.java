package io.plinth.tx;

import io.plinth.event.Event;
import java.sql.Connection;
import javax.persistence.EntityManager;
import org.osgi.annotation.versioning.ProviderType;

/** One running transaction. Valid only inside the {@link TransactionalWork} it was given to, and on its thread. */
@ProviderType
public interface Transaction {
    /** The entity manager of the calling bundle's persistence unit, joined to this transaction. */
    EntityManager entityManager();

    /** The JDBC connection of this transaction; committing, rolling back or closing it is refused. */
    Connection connection();

    /**
     * Publishes the event if, and only if, this transaction commits. Its outbox row is written last, after all changes of
     * the entity manager were flushed, so that the events of one row leave in the order of their commits as long as each
     * transaction changes (and so locks) that row, and all of them have one {@link Event#orderingKey}.
     */
    void publish(Event event);

    /** Runs the action once after a successful commit; it must neither block nor throw. */
    void afterCommit(Runnable action);
}
