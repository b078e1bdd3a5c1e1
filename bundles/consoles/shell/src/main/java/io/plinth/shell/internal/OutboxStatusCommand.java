package io.plinth.shell.internal;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import javax.sql.DataSource;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** {@code plinth:outbox-status}. */
@Service
@Command(scope = "plinth", name = "outbox-status", description = "Shows how many events wait for the broker")
@SuppressWarnings("NullAway.Init") // The shell injects what is marked @Reference.
public final class OutboxStatusCommand implements Action {
    private static final int TIMEOUT_SECONDS = 10;
    private static final String STATUS = "SELECT COUNT(*), MIN(appended_at_millis), MAX(attempts) FROM outbox";

    @Reference
    DataSource dataSource;

    @Reference
    Clock clock;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(TIMEOUT_SECONDS);
            try (ResultSet row = statement.executeQuery(STATUS)) {
                row.next();
                session.getConsole().println(describe(row.getLong(1), row.getLong(2), row.getInt(3), clock.instant()));
            }
        }
        return null;
    }

    static String describe(long pending, long oldestMillis, int attempts, Instant now) {
        if (pending == 0) {
            return "No events wait for the broker.";
        }
        Instant oldest = Instant.ofEpochMilli(oldestMillis);
        Duration age = Duration.between(oldest, now).truncatedTo(ChronoUnit.SECONDS);
        return pending + " events wait for the broker, the oldest since " + oldest + " (" + age.toSeconds()
                + " s), tried at most " + attempts + " times."
                + (attempts > 0 ? " Is the broker up? See /health/ready." : "");
    }
}
