package io.plinth.messaging.internal;

import io.plinth.messaging.internal.Publisher.Outcome;
import io.plinth.messaging.internal.Publisher.Refusal;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Moves one batch at a time from the outbox to the broker. Why that keeps order is said in {@link OutboxTable}. */
final class Relay {
    private static final int REASON_LENGTH_MAX = 500;
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

    private final DataSource dataSource;
    private final OutboxTable table;
    private final RelayLimits limits;
    private final Consumer<List<OutboxRow>> onPublished;

    Relay(DataSource dataSource, OutboxTable table, RelayLimits limits, Consumer<List<OutboxRow>> onPublished) {
        this.dataSource = dataSource;
        this.table = table;
        this.limits = limits;
        this.onPublished = onPublished;
    }

    /**
     * What a turn did.
     *
     * @param moved events that left the outbox
     * @param refusal why the broker refused the first of those that it refused; empty when it took all
     */
    record Turn(int moved, String refusal) {
        static final Turn IDLE = new Turn(0, "");
    }

    /**
     * Publishes one batch.
     *
     * @throws SQLException when the database failed; what was published is then published again and dropped by its ids
     */
    Turn turn(Publisher publisher) throws SQLException, BrokerUnavailableException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            connection.setAutoCommit(false);
            boolean isCommitted = false;
            try {
                giveUpWithTheServer(connection);
                Turn turn = turn(publisher, connection);
                connection.commit();
                isCommitted = true;
                return turn;
            } finally {
                if (!isCommitted) {
                    connection.rollback();
                }
            }
        }
    }

    private Turn turn(Publisher publisher, Connection connection) throws SQLException, BrokerUnavailableException {
        List<Integer> lanes = table.lockLanes(connection, limits.batchLanes());
        if (lanes.isEmpty()) {
            return Turn.IDLE;
        }
        List<OutboxRow> events = table.read(connection, lanes, limits.batchEvents(), limits.batchBytes());
        if (events.isEmpty()) {
            return Turn.IDLE;
        }
        Outcome outcome = publisher.publish(events);
        List<Long> done = new ArrayList<>(events.size());
        outcome.published().forEach(event -> done.add(event.id()));
        for (Refusal refusal : outcome.refused()) {
            if (settle(publisher, connection, refusal)) {
                done.add(refusal.event().id());
            }
        }
        table.delete(connection, done);
        onPublished.accept(outcome.published());
        return new Turn(
                done.size(),
                outcome.refused().isEmpty() ? "" : text(outcome.refused().get(0)));
    }

    /** Whether the refused event is done with, since it now lies in DLQ. */
    private boolean settle(Publisher publisher, Connection connection, Refusal refusal)
            throws SQLException, BrokerUnavailableException {
        OutboxRow event = refusal.event();
        if (!refusal.isPoison()) {
            return false;
        }
        if (event.attempts() + 1 < limits.publishAttempts()) {
            table.countAttempt(connection, event.id());
            return false;
        }
        String reason = shortened(refusal.reason());
        String obstacle = publisher.deadLetter(event, reason);
        if (obstacle.isEmpty()) {
            LOG.error(
                    "Event {} for {} was refused {} times and moved to DLQ: {}",
                    event.eventId(),
                    event.destination(),
                    event.attempts() + 1,
                    reason);
            return true;
        }
        LOG.error("Event {} for {} cannot even be moved to DLQ: {}", event.eventId(), event.destination(), obstacle);
        return false;
    }

    private static String text(Refusal refusal) {
        return "it refuses events for " + refusal.event().destination() + ": " + shortened(refusal.reason());
    }

    private static String shortened(String text) {
        return text.length() <= REASON_LENGTH_MAX ? text : text.substring(0, REASON_LENGTH_MAX);
    }

    /** If this machine vanishes, the database must not keep its lanes locked until TCP notices, which may take hours. */
    private void giveUpWithTheServer(Connection connection) throws SQLException {
        long seconds = 2 * limits.publishTimeout().toSeconds() + 30;
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION idle_transaction_timeout = " + seconds);
        }
    }
}
