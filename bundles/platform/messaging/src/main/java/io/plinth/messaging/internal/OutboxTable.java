package io.plinth.messaging.internal;

import io.plinth.event.Event;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The SQL of the outbox.
 *
 * <h2>Why the events of a row leave in the order of their commits</h2>
 *
 * <ol>
 *   <li>Two transactions that publish for one row (a user, an account) both change it, and so lock it, and write their outbox
 *       rows after that ({@link io.plinth.tx.Transaction#publish}). The second writes its first outbox row only after
 *       the first has committed; AUTO_INCREMENT only rises, so its ids are higher.
 *   <li>A gap below an id that a relay sees belongs to a transaction still running or rolled back. By 1 it is of other
 *       rows, so passing over it reorders nothing; it is found on a later turn.
 *   <li>For the same reason a snapshot that shows a later event of a row shows every earlier one, published or not.
 *   <li>All events of a row have one ordering key, and all of a key one lane. The key of most is their subject; a transaction
 *       between two accounts has one event that is in order for both, so all events of the ledger have one key.
 *   <li>A relay reads a lane only while it holds that lane's row lock, and commits the deletion of what it published together
 *       with giving up the lock. It reads <em>after</em> it got the lock, under READ COMMITTED, where each statement sees
 *       everything committed before it: the deletions of the relay before it among them. So each event is read by one relay at a time, and never again once another has deleted it.
 *   <li>A batch is one broker transaction in the order of ids. If the relay dies between that commit and the database's, the
 *       rows are published again, in the same order; the broker knows their ids and drops them.
 *   <li>A relay that the database gave up (its connection died) while it still talks to the broker can only publish what it
 *       had read before, which the next relay publishes as well: whichever comes second is dropped by its id.
 *   <li>A batch passes over the events of a blocked destination, and over each event that comes after one of those in its
 *       ordering key, in one statement and so in one snapshot.
 * </ol>
 */
final class OutboxTable {
    private static final int INSERT_ROWS_MAX = 100;
    private static final int DELETE_ROWS_MAX = 500;
    private static final int COUNT_MAX = 1_000_000;

    /** Key of a row and the length of its body. */
    private record Key(long id, int bytes) {}

    /**
     * What waits.
     *
     * @param pending rows, counted to a million
     * @param oldestMillis when the oldest was appended, since 1970; 0 when nothing waits
     */
    record Backlog(long pending, long oldestMillis) {
        static final Backlog EMPTY = new Backlog(0, 0);
    }

    void append(Connection connection, List<Event> events, long nowMillis) throws SQLException {
        for (int from = 0; from < events.size(); from += INSERT_ROWS_MAX) {
            insert(connection, events.subList(from, Math.min(events.size(), from + INSERT_ROWS_MAX)), nowMillis);
        }
    }

    /** One statement of many rows: their ids then rise in this order. */
    private static void insert(Connection connection, List<Event> events, long nowMillis) throws SQLException {
        String sql = "INSERT INTO outbox (lane, bytes, event_id, destination, type, subject, ordering_key,"
                + " appended_at_millis, body) VALUES " + "(?, ?, ?, ?, ?, ?, ?, ?, ?), ".repeat(events.size() - 1)
                + "(?, ?, ?, ?, ?, ?, ?, ?, ?)";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int column = 0;
            for (Event event : events) {
                String body = CloudEventJson.of(event);
                statement.setInt(++column, Lanes.of(event.orderingKey()));
                statement.setInt(++column, body.getBytes(StandardCharsets.UTF_8).length);
                statement.setString(++column, event.id().toString());
                statement.setString(++column, event.destination());
                statement.setString(++column, event.type());
                statement.setString(++column, event.subject());
                statement.setString(++column, event.orderingKey());
                statement.setLong(++column, nowMillis);
                statement.setString(++column, body);
            }
            statement.executeUpdate();
        }
    }

    /** The oldest event of a lane for a destination. */
    record Waiting(int lane, String destination, long oldest) {}

    /** Where events wait, the oldest first. */
    List<Waiting> waiting(Connection connection) throws SQLException {
        List<Waiting> waiting = new ArrayList<>(Lanes.COUNT);
        try (PreparedStatement statement = connection.prepareStatement(
                        "SELECT lane, destination, MIN(id) FROM outbox GROUP BY lane, destination");
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                waiting.add(new Waiting(rows.getInt(1), rows.getString(2), rows.getLong(3)));
            }
        }
        waiting.sort(Comparator.comparingLong(Waiting::oldest));
        return waiting;
    }

    /** Locks lanes until the end of the transaction, leaving out what other relays hold. */
    List<Integer> lock(Connection connection, List<Integer> lanes) throws SQLException {
        List<Integer> locked = new ArrayList<>(lanes.size());
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT lane FROM outbox_lanes WHERE lane IN (" + marks(lanes.size()) + ") FOR UPDATE SKIP LOCKED")) {
            for (int i = 0; i < lanes.size(); i++) {
                statement.setInt(i + 1, lanes.get(i));
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    locked.add(rows.getInt(1));
                }
            }
        }
        return locked;
    }

    /**
     * The oldest events of the lanes, in the order of their ids; the first of them whatever its size.
     *
     * @param blocked destinations whose events are left out, as are all that come after such an event of their ordering key
     */
    List<OutboxRow> read(Connection connection, List<Integer> lanes, Set<String> blocked, int eventsMax, int bytesMax)
            throws SQLException {
        List<Key> oldest = keys(connection, lanes, List.copyOf(blocked), eventsMax);
        long bytes = 0;
        List<Long> ids = new ArrayList<>();
        for (Key key : oldest) {
            bytes += key.bytes();
            if (!ids.isEmpty() && bytes > bytesMax) {
                break;
            }
            ids.add(key.id());
        }
        return ids.isEmpty() ? List.of() : rows(connection, ids);
    }

    private static List<Key> keys(Connection connection, List<Integer> lanes, List<String> blocked, int eventsMax)
            throws SQLException {
        String oldestOfLane = "(SELECT id, bytes FROM outbox AS event" + passingOver(blocked.size())
                + " ORDER BY id LIMIT " + eventsMax + ")";
        String sql = lanes.stream().map(lane -> oldestOfLane).collect(Collectors.joining(" UNION ALL "));
        List<Key> keys = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int column = 0;
            for (int lane : lanes) {
                statement.setInt(++column, lane);
                // Once for the events themselves, once for those that come after them.
                for (int i = 0; i < 2 * blocked.size(); i++) {
                    statement.setString(++column, blocked.get(i % blocked.size()));
                }
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    keys.add(new Key(rows.getLong(1), rows.getInt(2)));
                }
            }
        }
        keys.sort(Comparator.comparingLong(Key::id));
        return keys.subList(0, Math.min(keys.size(), eventsMax));
    }

    private static String passingOver(int blocked) {
        if (blocked == 0) {
            return " WHERE lane = ?";
        }
        // In the order of ids all that is blocked would be read first, which may be a million rows.
        return " FORCE INDEX (outbox_destination) WHERE lane = ? AND destination NOT IN (" + marks(blocked) + ")"
                + " AND NOT EXISTS (SELECT 1 FROM outbox AS earlier WHERE earlier.lane = event.lane"
                + " AND earlier.ordered_by = event.ordered_by AND earlier.destination IN (" + marks(blocked) + ")"
                + " AND earlier.id < event.id)";
    }

    private static List<OutboxRow> rows(Connection connection, List<Long> ids) throws SQLException {
        List<OutboxRow> events = new ArrayList<>(ids.size());
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT id, event_id, destination, type, ordered_by, attempts, body FROM outbox WHERE id IN ("
                        + marks(ids.size()) + ") ORDER BY id")) {
            bind(statement, ids);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    events.add(new OutboxRow(
                            rows.getLong(1),
                            rows.getString(2),
                            rows.getString(3),
                            rows.getString(4),
                            rows.getString(5),
                            rows.getInt(6),
                            rows.getString(7)));
                }
            }
        }
        return events;
    }

    void delete(Connection connection, List<Long> ids) throws SQLException {
        for (int from = 0; from < ids.size(); from += DELETE_ROWS_MAX) {
            List<Long> some = ids.subList(from, Math.min(ids.size(), from + DELETE_ROWS_MAX));
            try (PreparedStatement statement =
                    connection.prepareStatement("DELETE FROM outbox WHERE id IN (" + marks(some.size()) + ")")) {
                bind(statement, some);
                statement.executeUpdate();
            }
        }
    }

    void countAttempt(Connection connection, long id) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("UPDATE outbox SET attempts = attempts + 1 WHERE id = ?")) {
            statement.setLong(1, id);
            statement.executeUpdate();
        }
    }

    Backlog backlog(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                        "SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM outbox LIMIT " + COUNT_MAX + ") AS waiting),"
                                + " (SELECT appended_at_millis FROM outbox ORDER BY id LIMIT 1)");
                ResultSet rows = statement.executeQuery()) {
            return rows.next() ? new Backlog(rows.getLong(1), rows.getLong(2)) : Backlog.EMPTY;
        }
    }

    private static void bind(PreparedStatement statement, List<Long> ids) throws SQLException {
        for (int i = 0; i < ids.size(); i++) {
            statement.setLong(i + 1, ids.get(i));
        }
    }

    private static String marks(int count) {
        return String.join(", ", Collections.nCopies(count, "?"));
    }
}
