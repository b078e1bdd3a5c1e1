package io.plinth.persistence.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plinth.event.Event;
import io.plinth.persistence.internal.jpa.PersistenceDescriptor;
import io.plinth.persistence.internal.jpa.PersistenceUnit;
import io.plinth.problem.ProblemException;
import io.plinth.problem.ProblemType;
import io.plinth.tx.Transaction;
import java.net.URL;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JdbcTransactionsTest {
    private static final PoolSettings SETTINGS = new PoolSettings(
            8, 2, Duration.ofMillis(1_000), Duration.ofMinutes(30), Duration.ofSeconds(1), Duration.ofSeconds(1));

    private final FakeOutbox outbox = new FakeOutbox();
    private ConnectionPool pool;
    private PersistenceUnit unit;
    private JdbcTransactions transactions;

    @BeforeEach
    void open() throws Exception {
        TestDatabase.execute(
                "DROP TABLE IF EXISTS things",
                "DROP TABLE IF EXISTS test_outbox",
                "CREATE TABLE things (id VARCHAR(36) PRIMARY KEY, amount INT NOT NULL, version BIGINT NOT NULL)",
                "CREATE TABLE test_outbox (id INT AUTO_INCREMENT PRIMARY KEY, subject VARCHAR(64) NOT NULL)",
                "INSERT INTO things VALUES ('a', 1, 1), ('b', 1, 1)");
        pool = TestDatabase.pool(SETTINGS);
        URL root = Path.of("target", "test-classes").toUri().toURL();
        unit = new PersistenceUnit(
                new PersistenceDescriptor("things", List.of(Thing.class.getName()), Map.of()),
                "things-" + UUID.randomUUID(),
                Thing.class.getClassLoader(),
                root,
                new SharedDataSource(pool));
        transactions = new JdbcTransactions(pool, outbox, unit);
    }

    @AfterEach
    void close() {
        unit.close();
        pool.close();
    }

    private static Event event(String subject) {
        return new Event(
                "queue.test.events", "io.plinth.test.made", subject, UUID.randomUUID(), Instant.EPOCH, Map.of());
    }

    private static int update(Transaction transaction, String sql) {
        try (Statement statement = transaction.connection().createStatement()) {
            return statement.executeUpdate(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int number(Transaction transaction, String sql) {
        try (Statement statement = transaction.connection().createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getInt(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void entitiesConnectionAndEventsCommitTogether() throws Exception {
        AtomicInteger after = new AtomicInteger();
        String answer = transactions.write(transaction -> {
            transaction.entityManager().persist(new Thing("c", 5));
            update(transaction, "UPDATE things SET amount = 9 WHERE id = 'a'");
            transaction.publish(event("c"));
            transaction.afterCommit(after::incrementAndGet);
            return "done";
        });
        assertThat(answer).isEqualTo("done");
        assertThat(TestDatabase.query("SELECT GROUP_CONCAT(amount ORDER BY id) FROM things"))
                .isEqualTo("9,1,5");
        assertThat(TestDatabase.query("SELECT GROUP_CONCAT(subject) FROM test_outbox"))
                .isEqualTo("c");
        assertThat(outbox.commits).hasValue(1);
        assertThat(after).hasValue(1);
    }

    @Test
    void failureOfTheWorkLeavesNothing() throws Exception {
        AtomicInteger after = new AtomicInteger();
        assertThatThrownBy(() -> transactions.write(transaction -> {
                    transaction.entityManager().persist(new Thing("c", 5));
                    transaction.entityManager().flush();
                    update(transaction, "UPDATE things SET amount = 9 WHERE id = 'a'");
                    transaction.publish(event("c"));
                    transaction.afterCommit(after::incrementAndGet);
                    throw ProblemException.notFound("nothing here");
                }))
                .isInstanceOf(ProblemException.class);
        assertThat(TestDatabase.query("SELECT GROUP_CONCAT(amount ORDER BY id) FROM things"))
                .isEqualTo("1,1");
        assertThat(TestDatabase.query("SELECT COUNT(*) FROM test_outbox")).isEqualTo("0");
        assertThat(outbox.commits).hasValue(0);
        assertThat(after).hasValue(0);
    }

    @Test
    void failureOfTheOutboxTakesTheEntitiesBack() throws Exception {
        outbox.isBroken = true;
        assertThatThrownBy(() -> transactions.write(transaction -> {
                    transaction.entityManager().persist(new Thing("c", 5));
                    transaction.publish(event("c"));
                    return "done";
                }))
                .hasMessageContaining("the outbox is broken");
        assertThat(TestDatabase.query("SELECT COUNT(*) FROM things")).isEqualTo("2");
        assertThat(TestDatabase.query("SELECT COUNT(*) FROM test_outbox")).isEqualTo("0");
    }

    @Test
    void failedInnerWorkRollsTheOuterBack() throws Exception {
        assertThatThrownBy(() -> transactions.write(outer -> {
                    update(outer, "UPDATE things SET amount = 9 WHERE id = 'a'");
                    try {
                        return transactions.write(inner -> {
                            throw new IllegalArgumentException("inner");
                        });
                    } catch (IllegalArgumentException swallowed) {
                        return "done";
                    }
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(TestDatabase.query("SELECT amount FROM things WHERE id = 'a'"))
                .isEqualTo("1");
    }

    @Test
    void connectionCannotEndTheTransaction() {
        transactions.write(transaction -> {
            Connection connection = transaction.connection();
            assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
            assertThatThrownBy(connection::rollback).isInstanceOf(SQLException.class);
            assertThatThrownBy(connection::close).isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> connection.setAutoCommit(true)).isInstanceOf(SQLException.class);
            return "done";
        });
    }

    @Test
    void readWritesNothingAndSeesOneSnapshot() throws Exception {
        int seen = transactions.read(transaction -> {
            int before = number(transaction, "SELECT SUM(amount) FROM things");
            try {
                TestDatabase.execute("UPDATE things SET amount = 50 WHERE id = 'b'");
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            update(transaction, "INSERT INTO test_outbox (subject) VALUES ('x')");
            assertThatThrownBy(() -> transaction.publish(event("a"))).isInstanceOf(IllegalStateException.class);
            return number(transaction, "SELECT SUM(amount) FROM things") - before;
        });
        assertThat(seen).isZero();
        assertThat(TestDatabase.query("SELECT COUNT(*) FROM test_outbox")).isEqualTo("0");
    }

    @Test
    void readOfOneEntityCostsTwoRoundTripsAndWriteOfOneFour() throws Exception {
        Thing warm =
                transactions.read(transaction -> transaction.entityManager().find(Thing.class, "a"));
        assertThat(warm.amount()).isEqualTo(1);
        String status =
                "SELECT VARIABLE_VALUE FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME = 'QUESTIONS'";
        // One connection, so that the counter of its session counts all of it.
        PoolSettings single = new PoolSettings(
                1, 1, SETTINGS.connectionTimeout(), SETTINGS.lifetime(), Duration.ofSeconds(1), Duration.ofSeconds(1));
        try (ConnectionPool one = TestDatabase.pool(single)) {
            URL root = Path.of("target", "test-classes").toUri().toURL();
            try (PersistenceUnit own = new PersistenceUnit(
                    new PersistenceDescriptor("things", List.of(Thing.class.getName()), Map.of()),
                    "one-" + UUID.randomUUID(),
                    Thing.class.getClassLoader(),
                    root,
                    new SharedDataSource(one))) {
                JdbcTransactions counted = new JdbcTransactions(one, outbox, own);
                for (int round = 0; round < 3; round++) {
                    counted.read(t -> t.entityManager().find(Thing.class, "a").amount());
                }
                int control = -counted.read(t -> number(t, status)) + counted.read(t -> number(t, status));
                int before = counted.read(t -> number(t, status));
                counted.read(t -> t.entityManager().find(Thing.class, "a").amount());
                int read = counted.read(t -> number(t, status)) - before;
                // Reading the counter opens no transaction that would have to be rolled back.
                assertThat(control).isEqualTo(1);
                assertThat(read - control).isEqualTo(2);
                before = counted.read(t -> number(t, status));
                counted.write(t -> {
                    t.entityManager().find(Thing.class, "a").add(1);
                    return "";
                });
                int write = counted.read(t -> number(t, status)) - before - control;
                // Isolation, select, update, commit.
                assertThat(write).isEqualTo(4);
            }
        }
    }

    @Test
    void deadlockIsRetriedUntilBothSucceed() throws Exception {
        CyclicBarrier bothHold = new CyclicBarrier(2);
        AtomicInteger attempts = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<String>> both = List.of(
                    threads.submit(() -> crosswise("a", "b", bothHold, attempts)),
                    threads.submit(() -> crosswise("b", "a", bothHold, attempts)));
            for (Future<String> one : both) {
                assertThat(one.get(20, TimeUnit.SECONDS)).isEqualTo("done");
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(attempts.get()).isGreaterThan(2);
        assertThat(TestDatabase.query("SELECT GROUP_CONCAT(amount) FROM things"))
                .isEqualTo("3,3");
    }

    private String crosswise(String first, String second, CyclicBarrier bothHold, AtomicInteger attempts) {
        AtomicInteger own = new AtomicInteger();
        return transactions.write(transaction -> {
            attempts.incrementAndGet();
            transaction.entityManager().find(Thing.class, first).add(1);
            transaction.entityManager().flush();
            if (own.getAndIncrement() == 0) {
                try {
                    bothHold.await(10, TimeUnit.SECONDS);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
            transaction.entityManager().find(Thing.class, second).add(1);
            return "done";
        });
    }

    @Test
    void staleEntityIsReadAgain() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        transactions.write(transaction -> {
            Thing thing = transaction.entityManager().find(Thing.class, "a");
            if (attempts.getAndIncrement() == 0) {
                try {
                    TestDatabase.execute("UPDATE things SET amount = 10, version = 2 WHERE id = 'a'");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            }
            thing.add(1);
            return "done";
        });
        assertThat(attempts).hasValue(2);
        assertThat(TestDatabase.query("SELECT amount FROM things WHERE id = 'a'"))
                .isEqualTo("11");
    }

    @Test
    void slowStatementIsCutOff() {
        long start = System.nanoTime();
        assertThatThrownBy(
                        () -> transactions.read(
                                t -> number(
                                        t,
                                        "SELECT COUNT(*) FROM seq_1_to_1000000 a JOIN seq_1_to_1000000 b ON SHA2(a.seq + b.seq, 512) > 'a'")))
                .isInstanceOfSatisfying(ProblemException.class, problem -> {
                    assertThat(problem.type()).isEqualTo(ProblemType.UNAVAILABLE);
                    assertThat(problem.retryAfter()).isNotNull();
                });
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void brokenConnectionsAreReplacedUnseen() throws Exception {
        for (int round = 0; round < 3; round++) {
            transactions.read(t -> number(t, "SELECT 1"));
            TestDatabase.execute("KILL USER plinth");
            assertThat(transactions.<Integer>write(t -> {
                        t.entityManager().find(Thing.class, "a").add(1);
                        return 7;
                    }))
                    .isEqualTo(7);
        }
        assertThat(TestDatabase.query("SELECT amount FROM things WHERE id = 'a'"))
                .isEqualTo("4");
    }

    @Test
    void connectionLostAtCommitIsNeitherSuccessNorRetried() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        AtomicInteger after = new AtomicInteger();
        assertThatThrownBy(() -> transactions.write(t -> {
                    attempts.incrementAndGet();
                    update(t, "UPDATE things SET amount = 9 WHERE id = 'a'");
                    t.afterCommit(after::incrementAndGet);
                    int id = number(t, "SELECT CONNECTION_ID()");
                    try {
                        TestDatabase.execute("KILL CONNECTION " + id);
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                    return "done";
                }))
                .isInstanceOfSatisfying(ProblemException.class, problem -> {
                    assertThat(problem.type()).isEqualTo(ProblemType.UNAVAILABLE);
                    assertThat(problem.detail()).contains("not known");
                });
        assertThat(attempts).hasValue(1);
        assertThat(after).hasValue(0);
    }

    @Test
    void outageFailsFastAndHealsByItself() throws Exception {
        assertThat(DatabaseHealth.check(pool).up()).isTrue();
        long before = TestDatabase.server().processId();
        ProcessHandle.of(before).orElseThrow().destroyForcibly();
        long start = System.nanoTime();
        boolean isRefused = false;
        long end = start + TimeUnit.SECONDS.toNanos(30);
        while (System.nanoTime() < end) {
            long asked = System.nanoTime();
            try {
                transactions.write(t -> update(t, "UPDATE things SET amount = amount + 1 WHERE id = 'a'"));
                if (isRefused || TestDatabase.server().processId() != before) {
                    break;
                }
            } catch (ProblemException e) {
                isRefused = true;
                assertThat(e.type()).isEqualTo(ProblemType.UNAVAILABLE);
                assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(3));
            }
        }
        assertThat(transactions.<Integer>read(t -> number(t, "SELECT 1"))).isEqualTo(1);
        assertThat(DatabaseHealth.check(pool).up()).isTrue();
    }

    @Test
    void unreachableDatabaseIs503WithinTwoSeconds() throws Exception {
        int port;
        try (java.net.ServerSocket free = new java.net.ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (ConnectionPool nowhere =
                new ConnectionPool("jdbc:mariadb://127.0.0.1:" + port + "/plinth", "u", "p", SETTINGS, null)) {
            JdbcTransactions refused = new JdbcTransactions(nowhere, outbox, null);
            long start = System.nanoTime();
            assertThatThrownBy(() -> refused.read(t -> 1)).isInstanceOfSatisfying(ProblemException.class, problem -> {
                assertThat(problem.type()).isEqualTo(ProblemType.UNAVAILABLE);
                assertThat(problem.retryAfter()).isPositive();
            });
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
            assertThat(DatabaseHealth.check(nowhere).up()).isFalse();
        }
    }

    @Test
    void dataSourceKeepsWhatJdbcPromises() throws Exception {
        SharedDataSource source = new SharedDataSource(pool);
        try (Connection connection = source.getConnection()) {
            assertThat(connection.getAutoCommit()).isTrue();
            assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate("UPDATE things SET amount = 77 WHERE id = 'a'");
            }
        }
        assertThat(TestDatabase.query("SELECT amount FROM things WHERE id = 'a'"))
                .isEqualTo("77");
        assertThat(transactions.<Integer>read(t -> number(t, "SELECT @@autocommit")))
                .isZero();
    }
}
