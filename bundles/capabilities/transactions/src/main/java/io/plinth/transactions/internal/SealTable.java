package io.plinth.transactions.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The table {@code seals}. */
final class SealTable {
    /** Entries under one seal; what the column takes. */
    static final int ENTRIES_MAX = 512;

    private static final String COLUMNS = "account_id, after_sequence, up_to_sequence, marks, seal";

    private SealTable() {}

    /** A row. The arrays are never changed. */
    record Seal(UUID accountId, long after, long upTo, byte[] marks, byte[] seal) {}

    /**
     * An account and how far it is sealed.
     *
     * @param seal {@code null} when it is not sealed at all
     */
    record Progress(UUID accountId, long lastSequence, long sealedUpTo, byte @Nullable [] seal) {}

    static List<Progress> progress(Connection connection, UUID after, int limit) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT a.id, a.last_sequence, COALESCE(s.up_to_sequence, 0), s.seal"
                        + " FROM accounts AS a FORCE INDEX (PRIMARY) LEFT JOIN seals AS s ON s.account_id = a.id"
                        + " AND s.after_sequence = (SELECT MAX(l.after_sequence) FROM seals AS l WHERE l.account_id = a.id)"
                        + " WHERE a.id > ? ORDER BY a.id LIMIT " + limit)) {
            Columns.set(select, 1, after);
            List<Progress> found = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(new Progress(Columns.id(rows, 1), rows.getLong(2), rows.getLong(3), rows.getBytes(4)));
                }
            }
            return found;
        }
    }

    /** Adds them; of two servers that seal the same at the same time, one does. */
    static void insert(Connection connection, List<Seal> seals, Instant now) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT IGNORE INTO seals (" + COLUMNS + ", sealed_at_micros) VALUES (?, ?, ?, ?, ?, ?)")) {
            for (Seal seal : seals) {
                Columns.set(insert, 1, seal.accountId());
                insert.setLong(2, seal.after());
                insert.setLong(3, seal.upTo());
                insert.setBytes(4, seal.marks());
                insert.setBytes(5, seal.seal());
                Columns.set(insert, 6, now);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /** The next ones of an account. */
    static List<Seal> ofAccount(Connection connection, UUID accountId, long after, int limit) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT " + COLUMNS
                + " FROM seals WHERE account_id = ? AND after_sequence > ? ORDER BY account_id, after_sequence LIMIT "
                + limit)) {
            Columns.set(select, 1, accountId);
            select.setLong(2, after);
            return rows(select);
        }
    }

    /** The first ones of the accounts after one and up to another, in the order of accounts and numbers. */
    static List<Seal> ofAccounts(Connection connection, UUID after, UUID upTo, int limit) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT " + COLUMNS
                + " FROM seals WHERE account_id > ? AND account_id <= ? ORDER BY account_id, after_sequence LIMIT "
                + limit)) {
            Columns.set(select, 1, after);
            Columns.set(select, 2, upTo);
            return rows(select);
        }
    }

    private static List<Seal> rows(PreparedStatement select) throws SQLException {
        List<Seal> found = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                found.add(new Seal(
                        Columns.id(rows, 1), rows.getLong(2), rows.getLong(3), rows.getBytes(4), rows.getBytes(5)));
            }
        }
        return found;
    }
}
