package io.plinth.transactions.internal;

import io.plinth.problem.FieldError;
import io.plinth.problem.ProblemType;
import io.plinth.transactions.Refusal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The table {@code idempotency_keys}. */
final class KeyTable {
    private static final int KEYS_MAX = 512;
    private static final String SELECT = "SELECT idempotency_key, request_hash, transaction_id, refusal_name,"
            + " refusal_status, refusal_title, refusal_detail, refusal_errors FROM idempotency_keys"
            + " WHERE client_id = ? AND idempotency_key IN ";

    private KeyTable() {}

    /** A row whose transaction is not read yet. */
    private record Found(
            AnswerKey key,
            String requestHash,
            @Nullable UUID transactionId,
            @Nullable Refusal refusal) {}

    /** The answers that are stored for those of the keys that were used. */
    static List<StoredAnswer> find(Connection connection, Collection<AnswerKey> keys) throws SQLException {
        List<Found> found = new ArrayList<>();
        Map<String, List<AnswerKey>> byClient =
                keys.stream().distinct().collect(Collectors.groupingBy(AnswerKey::clientId));
        for (Map.Entry<String, List<AnswerKey>> client : byClient.entrySet()) {
            List<AnswerKey> all = client.getValue();
            for (int from = 0; from < all.size(); from += KEYS_MAX) {
                found.addAll(
                        select(connection, client.getKey(), all.subList(from, Math.min(all.size(), from + KEYS_MAX))));
            }
        }
        List<UUID> ids = found.stream()
                .map(Found::transactionId)
                .flatMap(Stream::ofNullable)
                .toList();
        Map<UUID, TransactionRow> transactions = new HashMap<>();
        for (TransactionRow row : TransactionTable.find(connection, ids)) {
            transactions.put(row.id(), row);
        }
        return found.stream()
                .map(row -> new StoredAnswer(
                        row.key(),
                        row.requestHash(),
                        row.transactionId() == null ? null : transactions.get(row.transactionId()),
                        row.refusal()))
                .toList();
    }

    private static List<Found> select(Connection connection, String clientId, List<AnswerKey> keys)
            throws SQLException {
        int size = IdLists.powerOfTwo(keys.size());
        List<Found> found = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(SELECT + IdLists.marks(size))) {
            select.setString(1, clientId);
            for (int i = 0; i < size; i++) {
                select.setString(i + 2, keys.get(Math.min(i, keys.size() - 1)).key());
            }
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(new Found(
                            new AnswerKey(clientId, rows.getString(1)),
                            HexFormat.of().formatHex(rows.getBytes(2)),
                            Columns.idOrNull(rows, 3),
                            refusal(rows)));
                }
            }
        }
        return found;
    }

    private static @Nullable Refusal refusal(ResultSet row) throws SQLException {
        String name = row.getString(4);
        if (name == null) {
            return null;
        }
        // Status and title are stored too: another version may have problems that this one does not know.
        ProblemType type = new ProblemType(name, row.getInt(5), row.getString(6));
        List<FieldError> errors = row.getString(8)
                .lines()
                .map(line -> line.split("\t", 2))
                .map(parts -> new FieldError(parts[0], parts[1]))
                .toList();
        return new Refusal(type, row.getString(7), errors);
    }

    static void insert(Connection connection, List<StoredAnswer> answers, Instant now) throws SQLException {
        if (answers.isEmpty()) {
            return;
        }
        // In one order everywhere, so that two servers with the same keys wait for each other in one direction only.
        List<StoredAnswer> sorted = answers.stream()
                .sorted(Comparator.comparing(
                                (StoredAnswer answer) -> answer.key().clientId())
                        .thenComparing(answer -> answer.key().key()))
                .toList();
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO idempotency_keys (client_id,"
                + " idempotency_key, request_hash, transaction_id, refusal_name, refusal_status, refusal_title,"
                + " refusal_detail, refusal_errors, created_at_micros) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (StoredAnswer answer : sorted) {
                insert.setString(1, answer.key().clientId());
                insert.setString(2, answer.key().key());
                insert.setBytes(3, HexFormat.of().parseHex(answer.requestHash()));
                TransactionRow transaction = answer.transaction();
                Columns.set(insert, 4, transaction == null ? null : transaction.id());
                set(insert, answer.refusal());
                Columns.set(insert, 10, now);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static void set(PreparedStatement insert, @Nullable Refusal refusal) throws SQLException {
        if (refusal == null) {
            insert.setNull(5, Types.VARCHAR);
            insert.setNull(6, Types.SMALLINT);
            insert.setNull(7, Types.VARCHAR);
            insert.setNull(8, Types.VARCHAR);
            insert.setNull(9, Types.VARCHAR);
            return;
        }
        insert.setString(5, refusal.type().name());
        insert.setInt(6, refusal.type().status());
        insert.setString(7, refusal.type().title());
        insert.setString(8, refusal.detail());
        insert.setString(
                9,
                refusal.errors().stream()
                        .map(error -> error.field() + '\t' + error.message() + '\n')
                        .collect(Collectors.joining()));
    }

    /** Removes the oldest of the keys that are older than that; returns how many. */
    static int deleteBefore(Connection connection, Instant time, int limit) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM idempotency_keys"
                + " WHERE created_at_micros < ? ORDER BY created_at_micros LIMIT " + limit)) {
            Columns.set(delete, 1, time);
            return delete.executeUpdate();
        }
    }
}
