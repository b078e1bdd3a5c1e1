package io.plinth.transactions.internal;

import io.plinth.transactions.Movement;
import io.plinth.transactions.Movement.Direction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The table {@code entries}: the statements of the accounts. */
final class EntryTable {
    private EntryTable() {}

    static void insert(Connection connection, List<EntryRow> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO entries (account_id, sequence,"
                + " transaction_id, direction, amount, balance_after, at_micros) VALUES (?, ?, ?, ?, ?, ?, ?)")) {
            for (EntryRow row : rows) {
                Columns.set(insert, 1, row.accountId());
                insert.setLong(2, row.sequence());
                Columns.set(insert, 3, row.transactionId());
                insert.setString(4, row.direction().directionName());
                insert.setLong(5, row.amount());
                insert.setLong(6, row.balanceAfter());
                Columns.set(insert, 7, row.at());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /**
     * Movements in the order of their numbers.
     *
     * @param after number of the last one before
     */
    static List<Movement> page(
            Connection connection, UUID accountId, long after, Optional<Instant> from, Optional<Instant> to, int limit)
            throws SQLException {
        String sql = "SELECT sequence, transaction_id, direction, amount, balance_after, at_micros FROM entries"
                + " WHERE account_id = ? AND sequence > ?"
                + (from.isPresent() ? " AND at_micros >= ?" : "")
                + (to.isPresent() ? " AND at_micros < ?" : "")
                + " ORDER BY sequence LIMIT " + limit;
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            Columns.set(select, 1, accountId);
            select.setLong(2, after);
            int column = 2;
            if (from.isPresent()) {
                select.setLong(++column, Columns.ceilingMicros(from.get()));
            }
            if (to.isPresent()) {
                select.setLong(++column, Columns.ceilingMicros(to.get()));
            }
            List<Movement> page = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    page.add(new Movement(
                            rows.getLong(1),
                            Columns.id(rows, 2).toString(),
                            "debit".equals(rows.getString(3)) ? Direction.DEBIT : Direction.CREDIT,
                            rows.getLong(4),
                            rows.getLong(5),
                            Columns.time(rows, 6)));
                }
            }
            return page;
        }
    }

    /** The posted balance at the end of that microsecond. */
    static long postedAt(Connection connection, UUID accountId, Instant at) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT balance_after FROM entries"
                + " WHERE account_id = ? AND at_micros <= ? ORDER BY at_micros DESC, sequence DESC LIMIT 1")) {
            Columns.set(select, 1, accountId);
            Columns.set(select, 2, at);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        }
    }

    /** What holds reserved at the end of that microsecond. */
    static long pendingAt(Connection connection, UUID accountId, String currency, Instant at) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT COALESCE(SUM(h.amount), 0) FROM transactions AS h"
                        + " LEFT JOIN transactions AS r ON r.resolves = h.id AND r.created_at_micros <= ?"
                        + " WHERE h.debit_account_id = ? AND h.currency = ? AND h.created_at_micros <= ? AND h.kind = 'hold'"
                        + " AND r.id IS NULL")) {
            Columns.set(select, 1, at);
            Columns.set(select, 2, accountId);
            select.setString(3, currency);
            Columns.set(select, 4, at);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        }
    }
}
