package io.plinth.transactions.internal;

import io.plinth.transactions.internal.WorkSet.ReversedSum;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** The tables {@code open_holds} and {@code reversed_sums}: what has become of transactions. */
final class HoldTable {
    private HoldTable() {}

    static void insert(Connection connection, List<TransactionRow> holds) throws SQLException {
        if (holds.isEmpty()) {
            return;
        }
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO open_holds (hold_id, debit_account_id,"
                + " credit_account_id, amount, expires_at_micros) VALUES (?, ?, ?, ?, ?)")) {
            for (TransactionRow hold : holds) {
                Columns.set(insert, 1, hold.id());
                Columns.set(insert, 2, hold.debitAccountId());
                Columns.set(insert, 3, hold.creditAccountId());
                insert.setLong(4, hold.amount());
                Columns.set(insert, 5, hold.expiresAt());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    static void delete(Connection connection, List<UUID> holdIds) throws SQLException {
        if (holdIds.isEmpty()) {
            return;
        }
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM open_holds WHERE hold_id = ?")) {
            for (UUID id : holdIds) {
                Columns.set(delete, 1, id);
                delete.addBatch();
            }
            delete.executeBatch();
        }
    }

    /** Those of the ids that are open holds. */
    static List<UUID> open(Connection connection, Collection<UUID> ids) throws SQLException {
        List<UUID> open = new ArrayList<>();
        for (List<UUID> some : IdLists.chunks(ids)) {
            try (PreparedStatement select =
                            IdLists.select(connection, "SELECT hold_id FROM open_holds WHERE hold_id IN (:ids)", some);
                    ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    open.add(Columns.id(rows, 1));
                }
            }
        }
        return open;
    }

    /** Open holds whose time is over, the longest first. */
    static List<UUID> over(Connection connection, Instant now, int limit) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT hold_id FROM open_holds"
                + " WHERE expires_at_micros <= ? ORDER BY expires_at_micros LIMIT " + limit)) {
            Columns.set(select, 1, now);
            List<UUID> over = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    over.add(Columns.id(rows, 1));
                }
            }
            return over;
        }
    }

    static List<ReversedSum> reversedSums(Connection connection, Collection<UUID> ids) throws SQLException {
        List<ReversedSum> sums = new ArrayList<>();
        for (List<UUID> some : IdLists.chunks(ids)) {
            String sql = "SELECT transaction_id, original_amount, reversed_amount FROM reversed_sums"
                    + " WHERE transaction_id IN (:ids)";
            try (PreparedStatement select = IdLists.select(connection, sql, some);
                    ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    sums.add(new ReversedSum(Columns.id(rows, 1), rows.getLong(2), rows.getLong(3)));
                }
            }
        }
        return sums;
    }

    static void put(Connection connection, List<ReversedSum> sums) throws SQLException {
        if (sums.isEmpty()) {
            return;
        }
        try (PreparedStatement put = connection.prepareStatement("INSERT INTO reversed_sums (transaction_id,"
                + " original_amount, reversed_amount) VALUES (?, ?, ?)"
                + " ON DUPLICATE KEY UPDATE reversed_amount = VALUES(reversed_amount)")) {
            for (ReversedSum sum : sums) {
                Columns.set(put, 1, sum.transactionId());
                put.setLong(2, sum.original());
                put.setLong(3, sum.reversed());
                put.addBatch();
            }
            put.executeBatch();
        }
    }
}
