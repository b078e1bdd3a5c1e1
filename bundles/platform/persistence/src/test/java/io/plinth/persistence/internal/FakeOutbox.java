package io.plinth.persistence.internal;

import io.plinth.event.Event;
import io.plinth.event.Outbox;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Writes the subject of each event into the table {@code test_outbox}. */
final class FakeOutbox implements Outbox {
    final AtomicInteger commits = new AtomicInteger();
    volatile boolean isBroken;

    @Override
    public void append(Connection connection, List<Event> events) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO test_outbox (subject) VALUES (?)")) {
            for (Event event : events) {
                insert.setString(1, event.subject());
                insert.executeUpdate();
            }
        }
        if (isBroken) {
            throw new SQLException("the outbox is broken", "HY000", 1);
        }
    }

    @Override
    public void committed() {
        commits.incrementAndGet();
    }
}
