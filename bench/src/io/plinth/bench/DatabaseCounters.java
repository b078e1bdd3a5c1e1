package io.plinth.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/** How often clients have asked the database anything: the server's own counters. */
final class DatabaseCounters implements AutoCloseable {
    /** Statements, and what they do not count: pings and the preparing of statements. */
    private static final Set<String> ROUND_TRIPS = Set.of("Questions", "Com_admin_commands", "Com_stmt_prepare");

    private final Connection connection;

    DatabaseCounters(int port, String password) throws SQLException {
        connection = DriverManager.getConnection("jdbc:mariadb://127.0.0.1:" + port + "/plinth", "plinth", password);
    }

    /** Round trips since the database started; each call is one itself. */
    long roundTrips() throws SQLException {
        long sum = 0;
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW GLOBAL STATUS")) {
            while (rows.next()) {
                if (ROUND_TRIPS.contains(rows.getString(1))) {
                    sum += rows.getLong(2);
                }
            }
        }
        return sum;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
