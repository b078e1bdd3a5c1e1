package io.plinth.messaging.internal;

import io.plinth.messaging.internal.OutboxTable.Waiting;
import io.plinth.messaging.internal.Publisher.Outcome;
import io.plinth.messaging.internal.Publisher.Refusal;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Moves one batch at a time from the outbox to the broker. Why that keeps order is said in {@link OutboxTable}. */
final class Relay {
    private static final int REASON_LENGTH_MAX = 500;
    private static final Duration PROBE_PATIENCE = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

    private final DataSource dataSource;
    private final OutboxTable table;
    private final RelayLimits limits;
    private final Blockages blockages;
    private final Consumer<List<OutboxRow>> onPublished;

    Relay(
            DataSource dataSource,
            OutboxTable table,
            RelayLimits limits,
            Blockages blockages,
            Consumer<List<OutboxRow>> onPublished) {
        this.dataSource = dataSource;
        this.table = table;
        this.limits = limits;
        this.blockages = blockages;
        this.onPublished = onPublished;
    }

    /**
     * What a turn did.
     *
     * @param moved events that left the outbox
     * @param refusal why the broker refused the first of those that it refused; empty when it took all
     * @param isPauseDue whether an event is at fault itself and is to be tried again, after a pause; a destination that
     *     refuses all events is left alone by the next turns and needs none
     */
    record Turn(int moved, String refusal, boolean isPauseDue) {
        static final Turn IDLE = new Turn(0, "", false);
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
        List<OutboxRow> events = batch(connection);
        if (events.isEmpty()) {
            return Turn.IDLE;
        }
        Outcome outcome = publish(publisher, events);
        List<Long> done = new ArrayList<>(events.size());
        for (OutboxRow event : outcome.published()) {
            done.add(event.id());
            blockages.clear(event.destination());
        }
        boolean isPauseDue = false;
        for (Refusal refusal : outcome.refused()) {
            switch (settle(publisher, connection, refusal)) {
                case DONE -> done.add(refusal.event().id());
                case TRY_AGAIN -> isPauseDue = true;
                case BLOCKED -> {
                    boolean isNoted = blockages.block(refusal.event().destination(), text(refusal));
                    isPauseDue = isPauseDue || !isNoted;
                }
            }
        }
        table.delete(connection, done);
        onPublished.accept(outcome.published());
        return new Turn(
                done.size(),
                outcome.refused().isEmpty() ? "" : text(outcome.refused().get(0)),
                isPauseDue);
    }

    /**
     * Publishes the batch; when it holds events of a destination that held its sender before, only the first of these. A
     * broker that still holds it then costs the other destinations no more than a second.
     */
    private Outcome publish(Publisher publisher, List<OutboxRow> events) throws BrokerUnavailableException {
        Set<String> suspects = blockages.suspects();
        List<OutboxRow> probe = suspects.isEmpty() ? List.of() : firstOf(suspects, events);
        try {
            return probe.isEmpty()
                    ? publisher.publish(events, limits.publishTimeout())
                    : publisher.publish(probe, PROBE_PATIENCE);
        } catch (BrokerUnavailableException lost) {
            if (!lost.stalledDestination().isEmpty()) {
                blockages.stall(
                        lost.stalledDestination(),
                        "it takes no events for " + lost.stalledDestination() + ": " + shortened(lost.reason()));
            }
            throw lost;
        }
    }

    /** The first event of such a destination that overtakes no other of its ordering key; empty when each would. */
    private static List<OutboxRow> firstOf(Set<String> destinations, List<OutboxRow> events) {
        Set<String> keysBefore = new HashSet<>();
        for (OutboxRow event : events) {
            if (destinations.contains(event.destination()) && !keysBefore.contains(event.orderingKey())) {
                return List.of(event);
            }
            keysBefore.add(event.orderingKey());
        }
        return List.of();
    }

    /** The oldest events that no blocked destination holds back; of lanes that no other relay holds. */
    private List<OutboxRow> batch(Connection connection) throws SQLException {
        List<Waiting> waiting = table.waiting(connection);
        blockages.forgetIdle(waiting.stream().map(Waiting::destination).collect(Collectors.toSet()));
        Set<String> blocked = blockages.now();
        List<Integer> lanes = waiting.stream()
                .filter(events -> !blocked.contains(events.destination()))
                .map(Waiting::lane)
                .distinct()
                .toList();
        for (int from = 0; from < lanes.size(); from += limits.batchLanes()) {
            List<Integer> some = lanes.subList(from, Math.min(lanes.size(), from + limits.batchLanes()));
            List<Integer> locked = table.lock(connection, some);
            if (locked.isEmpty()) {
                continue;
            }
            List<OutboxRow> events = table.read(connection, locked, blocked, limits.batchEvents(), limits.batchBytes());
            if (!events.isEmpty()) {
                return events;
            }
        }
        return List.of();
    }

    /** What becomes of a refused event. */
    private enum Settlement {
        /** It lies in DLQ. */
        DONE,
        /** It is tried some more. */
        TRY_AGAIN,
        /** Its destination takes nothing for now, or DLQ does not take what its destination refused. */
        BLOCKED
    }

    private Settlement settle(Publisher publisher, Connection connection, Refusal refusal)
            throws SQLException, BrokerUnavailableException {
        OutboxRow event = refusal.event();
        if (!refusal.isPoison()) {
            return Settlement.BLOCKED;
        }
        if (event.attempts() + 1 < limits.publishAttempts()) {
            table.countAttempt(connection, event.id());
            return Settlement.TRY_AGAIN;
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
            return Settlement.DONE;
        }
        LOG.error("Event {} for {} cannot even be moved to DLQ: {}", event.eventId(), event.destination(), obstacle);
        return Settlement.BLOCKED;
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
