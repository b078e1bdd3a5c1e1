package io.plinth.transactions.internal;

import io.plinth.transactions.LedgerCheck;
import io.plinth.transactions.LedgerCheck.Violation;
import io.plinth.transactions.TransactionKind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Recomputes the ledger from its journal: reads accounts and transactions page by page and compares them with their entries,
 * so that neither memory nor a single statement grows with the ledger.
 */
final class LedgerChecker {
    private static final int PAGE_ROWS = 500;

    // The indexes are named, since statistics that lag behind a growing journal let the optimizer read all of it for
    // each row.

    private static final String ACCOUNT_PAGE = "SELECT a.id, a.posted_debits, a.posted_credits, a.last_sequence,"
            + " a.pending_debits, a.pending_credits,"
            + " (SELECT COALESCE(SUM(e.amount), 0) FROM entries AS e FORCE INDEX (PRIMARY) WHERE e.account_id = a.id AND e.direction = 'debit'),"
            + " (SELECT COALESCE(SUM(e.amount), 0) FROM entries AS e FORCE INDEX (PRIMARY) WHERE e.account_id = a.id AND e.direction = 'credit'),"
            + " (SELECT COUNT(*) FROM entries AS e FORCE INDEX (PRIMARY) WHERE e.account_id = a.id),"
            + " (SELECT COALESCE(MAX(e.sequence), 0) FROM entries AS e FORCE INDEX (PRIMARY) WHERE e.account_id = a.id),"
            + " (SELECT COALESCE(SUM(h.amount), 0) FROM open_holds AS h FORCE INDEX (open_holds_debit) WHERE h.debit_account_id = a.id),"
            + " (SELECT COALESCE(SUM(h.amount), 0) FROM open_holds AS h FORCE INDEX (open_holds_credit) WHERE h.credit_account_id = a.id)"
            + " FROM accounts AS a WHERE a.id > ? ORDER BY a.id LIMIT " + PAGE_ROWS;

    /** The last column tells whether the rows that belong to the transaction, and only those, are there. */
    private static final String TRANSACTION_PAGE = "SELECT t.id, t.kind,"
            + " (SELECT COUNT(*) FROM entries AS e FORCE INDEX (entries_transaction) WHERE e.transaction_id = t.id AND e.amount = t.amount"
            + " AND ((e.direction = 'debit' AND e.account_id = t.debit_account_id)"
            + " OR (e.direction = 'credit' AND e.account_id = t.credit_account_id))),"
            + " (SELECT COUNT(*) FROM entries AS e FORCE INDEX (entries_transaction) WHERE e.transaction_id = t.id),"
            + " (SELECT COUNT(*) FROM open_holds AS o WHERE o.hold_id = t.id),"
            + " (SELECT COUNT(*) FROM transactions AS r FORCE INDEX (transactions_resolves) WHERE r.resolves = t.id),"
            + " (SELECT COALESCE(SUM(v.amount), 0) FROM transactions AS v FORCE INDEX (transactions_related) WHERE v.related_to = t.id AND v.kind = 'reversal'),"
            + " COALESCE((SELECT s.reversed_amount FROM reversed_sums AS s WHERE s.transaction_id = t.id), 0), t.amount"
            + " FROM transactions AS t WHERE t.id > ? ORDER BY t.id LIMIT " + PAGE_ROWS;

    private final Connection connection;
    private final List<Violation> violations = new ArrayList<>();

    LedgerChecker(Connection connection) {
        this.connection = connection;
    }

    LedgerCheck check() throws SQLException {
        long accounts = pages(ACCOUNT_PAGE, this::account);
        long transactions = pages(TRANSACTION_PAGE, this::transaction);
        return new LedgerCheck(accounts, transactions, violations);
    }

    private interface RowCheck {
        void check(UUID id, ResultSet row) throws SQLException;
    }

    private long pages(String sql, RowCheck check) throws SQLException {
        long count = 0;
        UUID after = new UUID(0, 0);
        int found;
        do {
            found = 0;
            try (PreparedStatement select = connection.prepareStatement(sql)) {
                Columns.set(select, 1, after);
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        after = Columns.id(rows, 1);
                        check.check(after, rows);
                        found++;
                    }
                }
            }
            count += found;
        } while (found == PAGE_ROWS);
        return count;
    }

    private void account(UUID id, ResultSet row) throws SQLException {
        compare("account-debits", id, row.getLong(2), row.getLong(7));
        compare("account-credits", id, row.getLong(3), row.getLong(8));
        compare("account-sequence", id, row.getLong(4), row.getLong(9));
        compare("statement-gapless", id, row.getLong(10), row.getLong(9));
        compare("account-pending-debits", id, row.getLong(5), row.getLong(11));
        compare("account-pending-credits", id, row.getLong(6), row.getLong(12));
    }

    private void transaction(UUID id, ResultSet row) throws SQLException {
        TransactionKind kind = TransactionTable.kind(row.getString(2));
        long entries = kind.movesMoney() ? 2 : 0;
        compare("transaction-entries", id, row.getLong(3), entries);
        compare("transaction-entries", id, row.getLong(4), entries);
        boolean isHold = kind == TransactionKind.HOLD;
        compare("hold-open-or-resolved", id, row.getLong(5) + row.getLong(6), isHold ? 1 : 0);
        compare("reversed-sum", id, row.getLong(8), row.getLong(7));
        if (row.getLong(7) > row.getLong(9)) {
            add("reversals-bounded", id, "reversed " + row.getLong(7) + " of " + row.getLong(9));
        }
    }

    private void compare(String rule, UUID id, long stored, long recomputed) {
        if (stored != recomputed) {
            add(rule, id, "stored " + stored + ", recomputed " + recomputed);
        }
    }

    private void add(String rule, UUID id, String detail) {
        if (violations.size() < LedgerCheck.VIOLATIONS_MAX) {
            violations.add(new Violation(rule, id.toString(), detail));
        }
    }
}
