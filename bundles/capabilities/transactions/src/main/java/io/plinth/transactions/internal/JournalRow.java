package io.plinth.transactions.internal;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An entry beside its transaction, as they are stored, with the encoding that is sealed.
 *
 * @param transaction {@code null} when there is none
 * @param encoding of all columns of both rows. Seals outlive versions of this bundle, so it must never change for rows that
 *     there are: a new column is added at the end and, while it is {@code NULL}, adds nothing
 */
record JournalRow(
        UUID accountId,
        long sequence,
        UUID transactionId,
        boolean isDebit,
        long amount,
        long balanceAfter,
        @Nullable Side transaction,
        byte[] encoding) {

    /** What the transaction says about this entry. */
    record Side(String kind, UUID debitAccountId, UUID creditAccountId, long amount) {}

    private static final String SELECT = "SELECT e.account_id, e.sequence, e.transaction_id, e.direction, e.amount,"
            + " e.balance_after, e.at_micros, " + TransactionTable.COLUMNS + " FROM entries AS e FORCE INDEX (PRIMARY)"
            + " LEFT JOIN transactions AS t ON t.id = e.transaction_id WHERE ";
    private static final int FIRST_OF_TRANSACTION = 8;

    /** The next ones of an account. */
    static List<JournalRow> ofAccount(Connection connection, UUID accountId, long after, int limit)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                SELECT + "e.account_id = ? AND e.sequence > ? ORDER BY e.account_id, e.sequence LIMIT " + limit)) {
            Columns.set(select, 1, accountId);
            select.setLong(2, after);
            return rows(select);
        }
    }

    /** The first ones of the accounts after one and up to another, in the order of accounts and numbers. */
    static List<JournalRow> ofAccounts(Connection connection, UUID after, UUID upTo, int limit) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                SELECT + "e.account_id > ? AND e.account_id <= ? ORDER BY e.account_id, e.sequence LIMIT " + limit)) {
            Columns.set(select, 1, after);
            Columns.set(select, 2, upTo);
            return rows(select);
        }
    }

    private static List<JournalRow> rows(PreparedStatement select) throws SQLException {
        List<JournalRow> found = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                found.add(row(rows));
            }
        }
        return found;
    }

    private static JournalRow row(ResultSet row) throws SQLException {
        int t = FIRST_OF_TRANSACTION;
        UUID id = Columns.idOrNull(row, t);
        Side side = id == null
                ? null
                : new Side(row.getString(t + 1), Columns.id(row, t + 2), Columns.id(row, t + 3), row.getLong(t + 6));
        return new JournalRow(
                Columns.id(row, 1),
                row.getLong(2),
                Columns.id(row, 3),
                "debit".equals(row.getString(4)),
                row.getLong(5),
                row.getLong(6),
                side,
                encode(row));
    }

    private static byte[] encode(ResultSet row) throws SQLException {
        Encoding encoding = new Encoding();
        encoding.text(row.getString(4));
        encoding.number(row.getLong(2));
        encoding.number(row.getLong(5));
        encoding.number(row.getLong(6));
        encoding.number(row.getLong(7));
        encoding.bytes(row.getBytes(3));
        int t = FIRST_OF_TRANSACTION;
        encoding.bytes(row.getBytes(t));
        encoding.text(row.getString(t + 1));
        for (int id = t + 2; id <= t + 5; id++) {
            encoding.bytes(row.getBytes(id));
        }
        encoding.number(row.getLong(t + 6));
        encoding.text(row.getString(t + 7));
        encoding.bytes(row.getBytes(t + 8));
        encoding.text(row.getString(t + 9));
        encoding.text(row.getString(t + 10));
        encoding.text(row.getString(t + 11));
        encoding.bytes(row.getBytes(t + 12));
        Long expiresAt = Columns.numberOrNull(row, t + 13);
        encoding.text(expiresAt == null ? null : expiresAt.toString());
        encoding.number(row.getLong(t + 14));
        return encoding.whole.toByteArray();
    }

    /** Every field has its length or a fixed one, so that no two rows have the same encoding. */
    private static final class Encoding {
        private static final int TYPICAL_BYTES = 256;
        private final ByteArrayOutputStream whole = new ByteArrayOutputStream(TYPICAL_BYTES);

        void number(long value) {
            whole.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
        }

        void text(@Nullable String value) {
            bytes(value == null ? null : value.getBytes(StandardCharsets.UTF_8));
        }

        void bytes(byte @Nullable [] value) {
            int length = value == null ? -1 : value.length;
            whole.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
            if (value != null) {
                whole.writeBytes(value);
            }
        }
    }
}
