package io.plinth.transactions.internal;

import io.plinth.problem.ProblemException;
import io.plinth.transactions.Initiator;
import io.plinth.transactions.LedgerTransaction;
import io.plinth.transactions.TransactionFilter;
import io.plinth.transactions.TransactionKind;
import io.plinth.transactions.TransactionStatus;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds transactions, newest first, with the status of now. Where an account or a user is asked for, the rows come from one
 * index for the debit side and one for the credit side, each read only as far as the page needs.
 */
final class TransactionSearch {
    private static final String FROM = " FROM transactions AS t"
            + " LEFT JOIN transactions AS r ON r.resolves = t.id"
            + " LEFT JOIN reversed_sums AS s ON s.transaction_id = t.id";
    private static final String STATUS_COLUMNS =
            ", r.kind AS resolved_by, s.original_amount - s.reversed_amount AS left_over";

    /** Place in the list: what comes after the transaction of that time and id. */
    record Position(long createdAtMicros, UUID id) {
        private static final Pattern TEXT = Pattern.compile("([0-9]{1,18})\\.([0-9a-f-]{36})");

        static Position parse(String text) {
            Matcher matcher = TEXT.matcher(text);
            Optional<UUID> id = matcher.matches() ? TimeOrderedIds.parse(matcher.group(2)) : Optional.empty();
            return id.map(uuid -> new Position(Long.parseLong(matcher.group(1)), uuid))
                    .orElseThrow(() -> ProblemException.invalid("cursor", "is not a cursor of this list"));
        }

        static Position of(LedgerTransaction last) {
            return new Position(Columns.micros(last.createdAt()), UUID.fromString(last.id()));
        }

        String text() {
            return createdAtMicros + "." + id;
        }
    }

    private final Connection connection;
    private final Initiator initiator;
    private final TransactionFilter filter;

    TransactionSearch(Connection connection, Initiator initiator, TransactionFilter filter) {
        this.connection = connection;
        this.initiator = initiator;
        this.filter = filter;
    }

    static Optional<LedgerTransaction> find(Connection connection, Initiator initiator, UUID id) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT " + TransactionTable.COLUMNS + STATUS_COLUMNS + FROM + " WHERE t.id = ?")) {
            Columns.set(select, 1, id);
            try (ResultSet rows = select.executeQuery()) {
                if (!rows.next()) {
                    return Optional.empty();
                }
                TransactionRow row = TransactionTable.row(rows);
                boolean isVisible = initiator.actsForAll()
                        || initiator.isUser(row.debitOwnerId().toString())
                        || initiator.isUser(row.creditOwnerId().toString());
                return isVisible ? Optional.of(row.with(status(row, rows))) : Optional.empty();
            }
        }
    }

    /** A condition and its values. */
    private record Condition(String sql, List<Object> values) {
        static Condition of(String sql, Object... values) {
            return new Condition(sql, List.of(values));
        }
    }

    /** At most {@code limit} transactions. */
    List<LedgerTransaction> page(Optional<Position> after, int limit) throws SQLException {
        List<Condition> common = new ArrayList<>(filters());
        after.ifPresent(position -> common.add(Condition.of(
                "t.created_at_micros <= ? AND (t.created_at_micros < ? OR t.id < ?)",
                position.createdAtMicros(),
                position.createdAtMicros(),
                position.id())));
        List<Condition> sides = sides();
        if (sides.isEmpty()) {
            return List.of();
        }
        String order = " ORDER BY created_at_micros DESC, id DESC LIMIT " + limit;
        List<Object> values = new ArrayList<>();
        List<String> selects = new ArrayList<>();
        for (Condition side : sides) {
            List<Condition> all = new ArrayList<>(List.of(side));
            all.addAll(common);
            selects.add("(SELECT " + TransactionTable.COLUMNS + STATUS_COLUMNS + FROM + " WHERE "
                    + all.stream().map(Condition::sql).collect(Collectors.joining(" AND "))
                    + order.replace("BY created", "BY t.created").replace(", id", ", t.id") + ")");
            all.forEach(condition -> values.addAll(condition.values()));
        }
        try (PreparedStatement select = connection.prepareStatement(String.join(" UNION ALL ", selects) + order)) {
            for (int i = 0; i < values.size(); i++) {
                bind(select, i + 1, values.get(i));
            }
            List<LedgerTransaction> page = new ArrayList<>(limit);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    TransactionRow row = TransactionTable.row(rows);
                    page.add(row.with(status(row, rows)));
                }
            }
            return page;
        }
    }

    /** Whose transactions: as debit, as credit; none when nothing can match. */
    private List<Condition> sides() throws SQLException {
        UUID owner = null;
        String userId =
                initiator.actsForAll() ? filter.userId() : initiator.userId().orElse("");
        if (userId != null) {
            owner = TimeOrderedIds.parse(userId).orElse(null);
            boolean isOther = filter.userId() != null && !filter.userId().equals(userId);
            if (owner == null || isOther) {
                return List.of();
            }
        }
        String accountId = filter.accountId();
        if (accountId != null) {
            return accountSides(accountId, owner);
        }
        return owner == null
                ? List.of(Condition.of("TRUE"))
                : List.of(
                        Condition.of("t.debit_owner_id = ?", owner),
                        // What a user moves between own accounts is in the first already.
                        Condition.of("t.credit_owner_id = ? AND t.debit_owner_id <> ?", owner, owner));
    }

    private List<Condition> accountSides(String accountId, @Nullable UUID owner) throws SQLException {
        Optional<UUID> id = TimeOrderedIds.parse(accountId);
        Optional<AccountTable.Row> account =
                id.isPresent() ? AccountTable.find(connection, id.get(), false) : Optional.empty();
        if (account.isEmpty()) {
            return List.of();
        }
        AccountState state = account.get().state();
        if (!initiator.actsForAll() && !state.ownerId().equals(owner)) {
            return List.of();
        }
        // With the currency, which is that of the account, the index gives the order too.
        Condition debit = Condition.of("t.debit_account_id = ? AND t.currency = ?", state.id(), state.currency());
        Condition credit = Condition.of("t.credit_account_id = ? AND t.currency = ?", state.id(), state.currency());
        return owner == null ? List.of(debit, credit) : List.of(of(owner, debit), of(owner, credit));
    }

    private static Condition of(UUID owner, Condition side) {
        List<Object> values = new ArrayList<>(side.values());
        values.add(owner);
        values.add(owner);
        return new Condition(side.sql() + " AND (t.debit_owner_id = ? OR t.credit_owner_id = ?)", values);
    }

    private List<Condition> filters() {
        List<Condition> conditions = new ArrayList<>();
        TransactionKind kind = filter.kind();
        if (kind != null) {
            conditions.add(Condition.of("t.kind = ?", kind.kindName()));
        }
        String reference = filter.reference();
        if (reference != null) {
            conditions.add(Condition.of("t.reference = ?", reference));
        }
        Instant from = filter.from();
        if (from != null) {
            conditions.add(Condition.of("t.created_at_micros >= ?", Columns.ceilingMicros(from)));
        }
        Instant to = filter.to();
        if (to != null) {
            conditions.add(Condition.of("t.created_at_micros < ?", Columns.ceilingMicros(to)));
        }
        TransactionStatus status = filter.status();
        if (status != null) {
            conditions.add(Condition.of(condition(status)));
        }
        return conditions;
    }

    private static String condition(TransactionStatus status) {
        return switch (status) {
            case PENDING -> "t.id IN (SELECT hold_id FROM open_holds)";
            case CAPTURED -> "r.kind = 'capture'";
            case VOIDED -> "r.kind = 'void'";
            case EXPIRED -> "r.kind = 'expiry'";
            case REVERSED -> "s.reversed_amount = s.original_amount";
            case POSTED -> "t.kind <> 'hold' AND (s.transaction_id IS NULL OR s.reversed_amount < s.original_amount)";
        };
    }

    private static TransactionStatus status(TransactionRow row, ResultSet columns) throws SQLException {
        String resolvedBy = columns.getString(TransactionTable.COLUMN_COUNT + 1);
        Long left = Columns.numberOrNull(columns, TransactionTable.COLUMN_COUNT + 2);
        if (resolvedBy != null) {
            return switch (TransactionTable.kind(resolvedBy)) {
                case CAPTURE -> TransactionStatus.CAPTURED;
                case VOID -> TransactionStatus.VOIDED;
                case EXPIRY -> TransactionStatus.EXPIRED;
                case TRANSFER, HOLD, REVERSAL -> throw new SQLException("a " + resolvedBy + " cannot end a hold");
            };
        }
        return left != null && left == 0 ? TransactionStatus.REVERSED : TransactionStatus.initial(row.kind());
    }

    private static void bind(PreparedStatement select, int column, Object value) throws SQLException {
        if (value instanceof UUID id) {
            Columns.set(select, column, id);
        } else if (value instanceof Long number) {
            select.setLong(column, number);
        } else {
            select.setString(column, value.toString());
        }
    }
}
