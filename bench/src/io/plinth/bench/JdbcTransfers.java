package io.plinth.bench;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The SQL of the ledger's committers in a tight loop, without a server around it: as many threads, as many transfers in a
 * transaction, the same statements over the same driver with the same settings. What it writes is sound: a check of the
 * ledger finds nothing.
 */
final class JdbcTransfers {
    private static final String URL_OPTIONS = "?useServerPrepStmts=true&cachePrepStmts=true&prepStmtCacheSize=250";

    private final int port;
    private final String password;
    private final UUID owner;
    private final List<UUID> accounts;
    private final AtomicLong ids = new AtomicLong(System.currentTimeMillis() << 16);

    JdbcTransfers(int port, String password, UUID owner, List<UUID> accounts) {
        this.port = port;
        this.password = password;
        this.owner = owner;
        this.accounts = accounts;
    }

    private record Transfer(UUID id, UUID debit, UUID credit, String key) {}

    private static final class Account {
        private final UUID id;
        private long debits;
        private long credits;
        private long pendingDebits;
        private long pendingCredits;
        private long sequence;

        Account(UUID id) {
            this.id = id;
        }
    }

    /** Transfers a second. */
    double run(int threads, int batch, Duration duration) throws Exception {
        AtomicLong done = new AtomicLong();
        AtomicReference<Exception> failure = new AtomicReference<>();
        CountDownLatch ended = new CountDownLatch(threads);
        long start = System.nanoTime();
        long end = start + duration.toNanos();
        for (int i = 0; i < threads; i++) {
            Random random = new Random(System.nanoTime() + i);
            new Thread(() -> {
                        try (Connection connection = connect()) {
                            while (System.nanoTime() < end) {
                                done.addAndGet(commit(connection, batch, random));
                            }
                        } catch (SQLException failed) {
                            failure.set(failed);
                        } finally {
                            ended.countDown();
                        }
                    })
                    .start();
        }
        ended.await();
        if (failure.get() != null) {
            throw failure.get();
        }
        return done.get() / ((System.nanoTime() - start) / 1e9);
    }

    private Connection connect() throws SQLException {
        Connection connection = DriverManager.getConnection(
                "jdbc:mariadb://127.0.0.1:" + port + "/plinth" + URL_OPTIONS, "plinth", password);
        connection.setAutoCommit(false);
        return connection;
    }

    private int commit(Connection connection, int batch, Random random) throws SQLException {
        List<Transfer> transfers = new ArrayList<>(batch);
        Set<UUID> touched = new HashSet<>();
        for (int i = 0; i < batch; i++) {
            UUID debit = accounts.get(random.nextInt(accounts.size()));
            UUID credit = accounts.get(random.nextInt(accounts.size()));
            if (!debit.equals(credit)) {
                transfers.add(new Transfer(nextId(random), debit, credit, "loop-" + random.nextLong() + random.nextLong()));
                touched.add(debit);
                touched.add(credit);
            }
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
        }
        Map<UUID, Account> locked = lock(connection, List.copyOf(touched));
        readKeys(connection, transfers);
        long now = System.currentTimeMillis() * 1000;
        insertTransactions(connection, transfers, now);
        insertEntries(connection, transfers, locked, now);
        update(connection, locked);
        insertKeys(connection, transfers, now);
        insertEvents(connection, transfers, now / 1000);
        connection.commit();
        return transfers.size();
    }

    private static Map<UUID, Account> lock(Connection connection, List<UUID> touched) throws SQLException {
        UUID[] sorted = touched.toArray(UUID[]::new);
        Arrays.sort(sorted, (a, b) -> Arrays.compareUnsigned(bytes(a), bytes(b)));
        int size = powerOfTwo(sorted.length);
        Map<UUID, Account> locked = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT id, owner_id, currency, status, posted_debits,"
                + " posted_credits, pending_debits, pending_credits, overdraft_limit, last_sequence, name,"
                + " created_at_micros FROM accounts FORCE INDEX (PRIMARY) WHERE id IN " + marks(size)
                + " ORDER BY id FOR UPDATE WAIT 2")) {
            for (int i = 0; i < size; i++) {
                select.setBytes(i + 1, bytes(sorted[Math.min(i, sorted.length - 1)]));
            }
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    ByteBuffer id = ByteBuffer.wrap(rows.getBytes(1));
                    Account account = new Account(new UUID(id.getLong(), id.getLong()));
                    account.debits = rows.getLong(5);
                    account.credits = rows.getLong(6);
                    account.pendingDebits = rows.getLong(7);
                    account.pendingCredits = rows.getLong(8);
                    account.sequence = rows.getLong(10);
                    locked.put(account.id, account);
                }
            }
        }
        return locked;
    }

    private static void readKeys(Connection connection, List<Transfer> transfers) throws SQLException {
        int size = powerOfTwo(transfers.size());
        try (PreparedStatement select = connection.prepareStatement("SELECT idempotency_key, request_hash, transaction_id,"
                + " refusal_name, refusal_status, refusal_title, refusal_detail, refusal_errors FROM idempotency_keys"
                + " WHERE client_id = ? AND idempotency_key IN " + marks(size))) {
            select.setString(1, "plinth-admin");
            for (int i = 0; i < size; i++) {
                select.setString(i + 2, transfers.get(Math.min(i, transfers.size() - 1)).key());
            }
            try (ResultSet rows = select.executeQuery()) {
                if (rows.next()) {
                    throw new SQLException("a random key was there before");
                }
            }
        }
    }

    private void insertTransactions(Connection connection, List<Transfer> transfers, long now) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO transactions (id, kind,"
                + " debit_account_id, credit_account_id, debit_owner_id, credit_owner_id, amount, currency, related_to,"
                + " reference, metadata, initiator_client, initiator_user_id, expires_at_micros, created_at_micros)"
                + " VALUES (?, 'transfer', ?, ?, ?, ?, 1, 'EUR', NULL, NULL, NULL, 'plinth-admin', NULL, NULL, ?)")) {
            for (Transfer transfer : transfers) {
                insert.setBytes(1, bytes(transfer.id()));
                insert.setBytes(2, bytes(transfer.debit()));
                insert.setBytes(3, bytes(transfer.credit()));
                insert.setBytes(4, bytes(owner));
                insert.setBytes(5, bytes(owner));
                insert.setLong(6, now);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static void insertEntries(
            Connection connection, List<Transfer> transfers, Map<UUID, Account> locked, long now) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO entries (account_id, sequence,"
                + " transaction_id, direction, amount, balance_after, at_micros) VALUES (?, ?, ?, ?, ?, ?, ?)")) {
            for (Transfer transfer : transfers) {
                Account debit = locked.get(transfer.debit());
                debit.debits++;
                entry(insert, debit, transfer, "debit", now);
                Account credit = locked.get(transfer.credit());
                credit.credits++;
                entry(insert, credit, transfer, "credit", now);
            }
            insert.executeBatch();
        }
    }

    private static void entry(PreparedStatement insert, Account account, Transfer transfer, String direction, long now)
            throws SQLException {
        insert.setBytes(1, bytes(account.id));
        insert.setLong(2, ++account.sequence);
        insert.setBytes(3, bytes(transfer.id()));
        insert.setString(4, direction);
        insert.setLong(5, 1);
        insert.setLong(6, account.credits - account.debits);
        insert.setLong(7, now);
        insert.addBatch();
    }

    private static void update(Connection connection, Map<UUID, Account> locked) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE accounts SET posted_debits = ?,"
                + " posted_credits = ?, pending_debits = ?, pending_credits = ?, last_sequence = ? WHERE id = ?")) {
            for (Account account : locked.values()) {
                update.setLong(1, account.debits);
                update.setLong(2, account.credits);
                update.setLong(3, account.pendingDebits);
                update.setLong(4, account.pendingCredits);
                update.setLong(5, account.sequence);
                update.setBytes(6, bytes(account.id));
                update.addBatch();
            }
            update.executeBatch();
        }
    }

    private static void insertKeys(Connection connection, List<Transfer> transfers, long now) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO idempotency_keys (client_id,"
                + " idempotency_key, request_hash, transaction_id, refusal_name, refusal_status, refusal_title,"
                + " refusal_detail, refusal_errors, created_at_micros)"
                + " VALUES ('plinth-admin', ?, ?, ?, NULL, NULL, NULL, NULL, NULL, ?)")) {
            for (Transfer transfer : transfers) {
                insert.setString(1, transfer.key());
                insert.setBytes(2, new byte[32]);
                insert.setBytes(3, bytes(transfer.id()));
                insert.setLong(4, now);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static void insertEvents(Connection connection, List<Transfer> transfers, long nowMillis)
            throws SQLException {
        String row = "(?, ?, ?, ?, ?, ?, ?, ?, ?)";
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO outbox (lane, bytes, event_id,"
                + " destination, type, subject, ordering_key, appended_at_millis, body) VALUES "
                + (row + ", ").repeat(transfers.size() - 1) + row)) {
            int column = 0;
            for (Transfer transfer : transfers) {
                String body = body(transfer);
                insert.setInt(++column, 0);
                insert.setInt(++column, body.length());
                insert.setString(++column, transfer.id().toString());
                insert.setString(++column, "queue.transactions.events");
                insert.setString(++column, "io.plinth.transactions.posted");
                insert.setString(++column, transfer.debit().toString());
                insert.setString(++column, "ledger");
                insert.setLong(++column, nowMillis);
                insert.setString(++column, body);
            }
            insert.executeUpdate();
        }
    }

    /** As long as that of the server. */
    private static String body(Transfer transfer) {
        return "{\"specversion\":\"1.0\",\"id\":\"" + transfer.id() + "\",\"source\":\"/plinth\",\"type\":"
                + "\"io.plinth.transactions.posted\",\"subject\":\"" + transfer.debit()
                + "\",\"time\":\"2026-01-01T00:00:00.000000Z\",\"datacontenttype\":\"application/json\",\"data\":{\"id\":\""
                + transfer.id() + "\",\"kind\":\"transfer\",\"status\":\"posted\",\"debitAccountId\":\"" + transfer.debit()
                + "\",\"creditAccountId\":\"" + transfer.credit() + "\",\"amount\":1,\"currency\":\"EUR\",\"relatedTo\":null,"
                + "\"debitSequence\":1000,\"creditSequence\":1000}}";
    }

    private UUID nextId(Random random) {
        long next = ids.incrementAndGet();
        return new UUID((next & ~0xFFFFL) | 0x7000L | (next & 0xFFFL), random.nextLong() >>> 2 | 1L << 63);
    }

    private static byte[] bytes(UUID id) {
        return ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }

    private static int powerOfTwo(int atLeast) {
        return atLeast <= 1 ? 1 : Integer.highestOneBit(atLeast - 1) << 1;
    }

    private static String marks(int count) {
        return "(" + "?, ".repeat(count - 1) + "?)";
    }
}
