package io.plinth.messaging.internal;

import io.plinth.event.Event;
import io.plinth.event.Outbox;
import io.plinth.health.StartupFailure;
import io.plinth.tx.Migrations;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;

/** Writes events into the table {@code outbox}, on the connection of the transaction that they belong to. */
@Component(service = {Outbox.class, JdbcOutbox.class})
public final class JdbcOutbox implements Outbox {
    private static final int NAME_LENGTH_MAX = 200;

    private final Clock clock;
    private final OutboxTable table = new OutboxTable();
    private final Signal committed = new Signal();

    @Activate
    public JdbcOutbox(
            BundleContext context,
            @Reference Migrations migrations,
            @Reference Clock clock,
            @Reference(target = StartupFailure.FILTER, cardinality = ReferenceCardinality.OPTIONAL) @Nullable
                    Consumer<String> startupFailure) {
        this(clock);
        try {
            migrations.apply(context.getBundle());
        } catch (RuntimeException failed) {
            if (startupFailure != null) {
                startupFailure.accept("The tables of the event outbox cannot be made: " + failed.getMessage());
            }
            throw failed;
        }
    }

    JdbcOutbox(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void append(Connection connection, List<Event> events) throws SQLException {
        if (connection.getAutoCommit()) {
            throw new IllegalStateException("events are written in a transaction only: auto-commit is on");
        }
        for (Event event : events) {
            if (event.destination().length() > NAME_LENGTH_MAX || event.type().length() > NAME_LENGTH_MAX) {
                throw new IllegalArgumentException("destination and type of an event have at most " + NAME_LENGTH_MAX
                        + " characters: " + event.destination() + ", " + event.type());
            }
        }
        table.append(connection, events, clock.millis());
    }

    @Override
    public void committed() {
        committed.raise();
    }

    /** Raised when events were committed. */
    Signal signal() {
        return committed;
    }
}
