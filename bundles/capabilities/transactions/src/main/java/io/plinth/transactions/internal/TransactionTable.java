package io.plinth.transactions.internal;

import io.plinth.transactions.TransactionKind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The table {@code transactions}: how its rows are written and read. The only place that knows how metadata is stored. */
final class TransactionTable {
    /** What {@link #row} reads, of a table called {@code t}. */
    static final String COLUMNS =
            "t.id, t.kind, t.debit_account_id, t.credit_account_id, t.debit_owner_id, t.credit_owner_id,"
                    + " t.amount, t.currency, t.related_to, t.reference, t.metadata, t.initiator_client, t.initiator_user_id,"
                    + " t.expires_at_micros, t.created_at_micros";

    /** How many columns those are. */
    static final int COLUMN_COUNT = 15;

    private static final String INSERT = "INSERT INTO transactions (id, kind, debit_account_id, credit_account_id,"
            + " debit_owner_id, credit_owner_id, amount, currency, related_to, reference, metadata, initiator_client,"
            + " initiator_user_id, expires_at_micros, created_at_micros)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private TransactionTable() {}

    static void insert(Connection connection, List<TransactionRow> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            for (TransactionRow row : rows) {
                Columns.set(insert, 1, row.id());
                insert.setString(2, row.kind().kindName());
                Columns.set(insert, 3, row.debitAccountId());
                Columns.set(insert, 4, row.creditAccountId());
                Columns.set(insert, 5, row.debitOwnerId());
                Columns.set(insert, 6, row.creditOwnerId());
                insert.setLong(7, row.amount());
                insert.setString(8, row.currency());
                Columns.set(insert, 9, row.relatedTo());
                insert.setString(10, row.reference());
                insert.setString(11, stored(row.metadata()));
                insert.setString(12, row.initiatorClient());
                Columns.set(insert, 13, row.initiatorUserId());
                Columns.set(insert, 14, row.expiresAt());
                Columns.set(insert, 15, row.createdAt());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /** Those of the ids that there are, in no order. */
    static List<TransactionRow> find(Connection connection, Collection<UUID> ids) throws SQLException {
        List<TransactionRow> found = new ArrayList<>();
        for (List<UUID> some : IdLists.chunks(ids)) {
            try (PreparedStatement select = IdLists.select(
                            connection, "SELECT " + COLUMNS + " FROM transactions AS t WHERE t.id IN (:ids)", some);
                    ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(row(rows));
                }
            }
        }
        return found;
    }

    static TransactionRow row(ResultSet row) throws SQLException {
        return new TransactionRow(
                Columns.id(row, 1),
                kind(row.getString(2)),
                Columns.id(row, 3),
                Columns.id(row, 4),
                Columns.id(row, 5),
                Columns.id(row, 6),
                row.getLong(7),
                row.getString(8),
                Columns.idOrNull(row, 9),
                row.getString(10),
                shown(row.getString(11)),
                row.getString(12),
                Columns.idOrNull(row, 13),
                Columns.timeOrNull(row, 14),
                Columns.time(row, 15));
    }

    static TransactionKind kind(String name) throws SQLException {
        return TransactionKind.of(name)
                .orElseThrow(
                        () -> new SQLException("table transactions holds an unknown kind: a newer server wrote it"));
    }

    private static @Nullable String stored(@Nullable String metadata) {
        return metadata;
    }

    private static @Nullable String shown(@Nullable String metadata) {
        return metadata;
    }
}
