package io.plinth.transactions.internal;

import io.plinth.transactions.TransactionKind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Some transactions in the order of their ids, and what else is said about them: how many entries they have, what has become
 * of holds, what was reversed. Each of these is one range of an index.
 */
final class TransactionPage {
    private static final String SELECT = "SELECT t.id, t.kind, t.amount,"
            + " (SELECT COUNT(*) FROM entries AS e FORCE INDEX (entries_transaction) WHERE e.transaction_id = t.id)"
            + " FROM transactions AS t FORCE INDEX (PRIMARY) WHERE t.id > ? ORDER BY t.id LIMIT ";
    private static final String OPEN =
            "SELECT hold_id, amount FROM open_holds FORCE INDEX (PRIMARY) WHERE hold_id > ? AND hold_id <= ?";
    private static final String RESOLVED =
            "SELECT resolves, COUNT(*) FROM transactions FORCE INDEX (transactions_resolves)"
                    + " WHERE resolves > ? AND resolves <= ? GROUP BY resolves";
    private static final String REVERSED =
            "SELECT related_to, SUM(IF(kind = 'reversal', amount, 0)) FROM transactions FORCE INDEX (transactions_related)"
                    + " WHERE related_to > ? AND related_to <= ? GROUP BY related_to";
    private static final String REVERSED_SUMS = "SELECT transaction_id, reversed_amount FROM reversed_sums"
            + " FORCE INDEX (PRIMARY) WHERE transaction_id > ? AND transaction_id <= ?";

    private final List<Row> rows;
    private final Map<UUID, Long> open;
    private final Map<UUID, Long> resolved;
    private final Map<UUID, Long> reversed;
    private final Map<UUID, Long> reversedSums;

    private record Row(UUID id, TransactionKind kind, long amount, long entries) {}

    private TransactionPage(Connection connection, UUID after, List<Row> rows) throws SQLException {
        this.rows = rows;
        UUID last = rows.isEmpty() ? after : rows.get(rows.size() - 1).id();
        open = range(connection, OPEN, after, last);
        resolved = range(connection, RESOLVED, after, last);
        reversed = range(connection, REVERSED, after, last);
        reversedSums = range(connection, REVERSED_SUMS, after, last);
    }

    static TransactionPage read(Connection connection, UUID after, int limit) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT + limit)) {
            Columns.set(select, 1, after);
            List<Row> found = new ArrayList<>(limit);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    found.add(new Row(
                            Columns.id(row, 1),
                            TransactionTable.kind(row.getString(2)),
                            row.getLong(3),
                            row.getLong(4)));
                }
            }
            return new TransactionPage(connection, after, found);
        }
    }

    private static Map<UUID, Long> range(Connection connection, String sql, UUID after, UUID upTo) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            Columns.set(select, 1, after);
            Columns.set(select, 2, upTo);
            Map<UUID, Long> found = new HashMap<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    found.put(Columns.id(row, 1), row.getLong(2));
                }
            }
            return found;
        }
    }

    int size() {
        return rows.size();
    }

    /** @return of a page that is not empty */
    UUID last() {
        return rows.get(rows.size() - 1).id();
    }

    void check(Violations violations) {
        for (Row row : rows) {
            violations.compare(
                    "transaction-entries", row.id(), row.entries(), row.kind().movesMoney() ? 2 : 0);
            long openAmount = open.getOrDefault(row.id(), 0L);
            long ends = resolved.getOrDefault(row.id(), 0L);
            boolean isHold = row.kind() == TransactionKind.HOLD;
            violations.compare("hold-open-or-resolved", row.id(), (openAmount == 0 ? 0 : 1) + ends, isHold ? 1 : 0);
            if (openAmount != 0) {
                violations.compare("open-hold-amount", row.id(), openAmount, row.amount());
            }
            long reversedAmount = reversed.getOrDefault(row.id(), 0L);
            violations.compare("reversed-sum", row.id(), reversedSums.getOrDefault(row.id(), 0L), reversedAmount);
            if (reversedAmount > row.amount()) {
                violations.add("reversals-bounded", row.id(), "reversed " + reversedAmount + " of " + row.amount());
            }
        }
    }
}
