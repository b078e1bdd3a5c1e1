package io.plinth.transactions.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Accounts with their stored sums, and what their open holds come to. */
final class AccountPage {
    // The indexes are named, since statistics that lag behind a growing journal let the optimizer read all of it for
    // each row.
    private static final String SELECT = "SELECT a.id, a.posted_debits, a.posted_credits, a.last_sequence,"
            + " a.pending_debits, a.pending_credits,"
            + " (SELECT COALESCE(SUM(h.amount), 0) FROM open_holds AS h FORCE INDEX (open_holds_debit)"
            + " WHERE h.debit_account_id = a.id),"
            + " (SELECT COALESCE(SUM(h.amount), 0) FROM open_holds AS h FORCE INDEX (open_holds_credit)"
            + " WHERE h.credit_account_id = a.id)"
            + " FROM accounts AS a FORCE INDEX (PRIMARY) WHERE a.id > ? ORDER BY a.id LIMIT ";

    private AccountPage() {}

    /** An account as it is stored; the last two are recomputed from open holds. */
    record Row(
            UUID id,
            long postedDebits,
            long postedCredits,
            long lastSequence,
            long pendingDebits,
            long pendingCredits,
            long openDebits,
            long openCredits) {}

    static List<Row> read(Connection connection, UUID after, int limit) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT + limit)) {
            Columns.set(select, 1, after);
            List<Row> page = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    page.add(new Row(
                            Columns.id(rows, 1),
                            rows.getLong(2),
                            rows.getLong(3),
                            rows.getLong(4),
                            rows.getLong(5),
                            rows.getLong(6),
                            rows.getLong(7),
                            rows.getLong(8)));
                }
            }
            return page;
        }
    }
}
