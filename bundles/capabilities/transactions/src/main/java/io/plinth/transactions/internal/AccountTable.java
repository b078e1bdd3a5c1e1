package io.plinth.transactions.internal;

import io.plinth.transactions.Account;
import io.plinth.transactions.AccountStatus;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The table {@code accounts}: how its rows are written, locked and read. */
final class AccountTable {
    private static final String COLUMNS =
            "id, owner_id, currency, status, posted_debits, posted_credits, pending_debits,"
                    + " pending_credits, overdraft_limit, last_sequence, name, created_at_micros";

    private AccountTable() {}

    /** A whole row. */
    record Row(AccountState state, @Nullable String name, Instant createdAt) {
        Account toAccount() {
            return new Account(
                    state.id().toString(),
                    state.ownerId().toString(),
                    state.currency(),
                    name,
                    state.status(),
                    state.overdraftLimit(),
                    state.balance(),
                    createdAt);
        }
    }

    static void insert(Connection connection, Row row) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO accounts (id, owner_id, currency, name,"
                        + " status, overdraft_limit, created_at_micros) VALUES (?, ?, ?, ?, ?, ?, ?)")) {
            Columns.set(insert, 1, row.state().id());
            Columns.set(insert, 2, row.state().ownerId());
            insert.setString(3, row.state().currency());
            insert.setString(4, row.name());
            insert.setString(5, row.state().status().statusName());
            Columns.set(insert, 6, row.state().overdraftLimit());
            Columns.set(insert, 7, row.createdAt());
            insert.executeUpdate();
        }
    }

    /**
     * Locks accounts until the end of the transaction, always in the order of their ids, so that two batches wait for each
     * other in one direction only.
     *
     * @param waitSeconds how long another transaction may keep one of them
     * @throws SQLException with code 1205 when it keeps it longer
     */
    static List<AccountState> lock(Connection connection, Collection<UUID> ids, int waitSeconds) throws SQLException {
        List<AccountState> locked = new ArrayList<>();
        for (List<UUID> some : IdLists.chunks(ids)) {
            // By any other index, or none, rows would be locked in another order, and more of them.
            String sql = "SELECT " + COLUMNS + " FROM accounts FORCE INDEX (PRIMARY) WHERE id IN (:ids) ORDER BY id"
                    + " FOR UPDATE WAIT " + waitSeconds;
            try (PreparedStatement select = IdLists.select(connection, sql, some);
                    ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    locked.add(row(rows).state());
                }
            }
        }
        return locked;
    }

    static void update(Connection connection, List<AccountState> accounts) throws SQLException {
        if (accounts.isEmpty()) {
            return;
        }
        try (PreparedStatement update = connection.prepareStatement("UPDATE accounts SET posted_debits = ?,"
                + " posted_credits = ?, pending_debits = ?, pending_credits = ?, last_sequence = ? WHERE id = ?")) {
            for (AccountState account : accounts) {
                update.setLong(1, account.postedDebits());
                update.setLong(2, account.postedCredits());
                update.setLong(3, account.pendingDebits());
                update.setLong(4, account.pendingCredits());
                update.setLong(5, account.lastSequence());
                Columns.set(update, 6, account.id());
                update.addBatch();
            }
            update.executeBatch();
        }
    }

    static void close(Connection connection, UUID id) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE accounts SET status = ? WHERE id = ?")) {
            update.setString(1, AccountStatus.CLOSED.statusName());
            Columns.set(update, 2, id);
            update.executeUpdate();
        }
    }

    static Optional<Row> find(Connection connection, UUID id, boolean isLocking) throws SQLException {
        String sql = "SELECT " + COLUMNS + " FROM accounts WHERE id = ?" + (isLocking ? " FOR UPDATE" : "");
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            Columns.set(select, 1, id);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? Optional.of(row(rows)) : Optional.empty();
            }
        }
    }

    /** @param ownerId {@code null} for all */
    static List<Row> page(Connection connection, @Nullable UUID ownerId, @Nullable UUID after, int limit)
            throws SQLException {
        String sql = "SELECT " + COLUMNS + " FROM accounts WHERE id > ?" + (ownerId == null ? "" : " AND owner_id = ?")
                + " ORDER BY id LIMIT " + limit;
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            Columns.set(select, 1, after == null ? new UUID(0, 0) : after);
            if (ownerId != null) {
                Columns.set(select, 2, ownerId);
            }
            List<Row> page = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    page.add(row(rows));
                }
            }
            return page;
        }
    }

    private static Row row(ResultSet row) throws SQLException {
        AccountStatus status = AccountStatus.of(row.getString(4))
                .orElseThrow(() -> new SQLException("table accounts holds an unknown status: a newer server wrote it"));
        AccountState state = new AccountState(
                Columns.id(row, 1),
                Columns.id(row, 2),
                row.getString(3),
                status,
                row.getLong(5),
                row.getLong(6),
                row.getLong(7),
                row.getLong(8),
                Columns.numberOrNull(row, 9),
                row.getLong(10));
        return new Row(state, row.getString(11), Columns.time(row, 12));
    }
}
