package io.plinth.transactions.internal;

import static io.plinth.transactions.internal.LedgerFixture.ANNA;
import static io.plinth.transactions.internal.LedgerFixture.BERT;
import static io.plinth.transactions.internal.LedgerFixture.NEVER;
import static io.plinth.transactions.internal.LedgerFixture.SERVICE;
import static io.plinth.transactions.internal.LedgerFixture.transfer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.plinth.problem.ProblemException;
import io.plinth.transactions.Account;
import io.plinth.transactions.KeyedRequest;
import io.plinth.transactions.Outcome;
import io.plinth.transactions.internal.JdbcLedger.LedgerLimits;
import io.plinth.tx.Transactions;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A database that is slow or has no connection left: 503 with Retry-After, and the same key again does it once. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "the tests' archive is for Linux on amd64")
class LedgerFaultsTest {
    /** As many as a pool has. */
    private static final int CONNECTIONS = 16;

    private static LedgerFixture fixture;

    private Account from;
    private Account to;
    private KeyedRequest request;

    @BeforeAll
    static void start() throws Exception {
        fixture = new LedgerFixture();
    }

    @AfterAll
    static void stop() throws Exception {
        if (fixture != null) {
            fixture.close();
        }
    }

    @BeforeEach
    void openAccounts() {
        from = fixture.openWith(ANNA, 100);
        to = fixture.open(BERT, 0L);
        request = new KeyedRequest(fixture.key(), transfer(from.id(), to.id(), 40));
    }

    @Test
    void anAccountThatIsLockedForLong() throws Exception {
        try (Connection other = fixture.database.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SELECT id FROM accounts FOR UPDATE");
            assertUnavailable(fixture.ledger);
            other.rollback();
        }
        assertDoneOnce(fixture.ledger);
    }

    @Test
    void aTableThatDoesNotAnswer() throws Exception {
        try (Connection other = fixture.database.connect();
                Statement statement = other.createStatement()) {
            statement.execute("LOCK TABLES entries WRITE");
            assertUnavailable(fixture.ledger);
            statement.execute("UNLOCK TABLES");
        }
        assertDoneOnce(fixture.ledger);
    }

    @Test
    void aPoolThatIsExhausted() throws Exception {
        Transactions transactions = fixture.database.transactions();
        JdbcLedger ledger = new JdbcLedger(
                new LedgerLimits(
                        new Committer.Limits(2, 256, 10_000, 1 << 25), NEVER, Duration.ofDays(7), NEVER, NEVER),
                transactions,
                fixture.clock,
                LedgerFixture.SEAL_KEY);
        ledger.start();
        CountDownLatch taken = new CountDownLatch(CONNECTIONS);
        CountDownLatch release = new CountDownLatch(1);
        List<Thread> holders = new ArrayList<>();
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                Thread holder = new Thread(() -> transactions.read(transaction -> {
                    taken.countDown();
                    return await(release);
                }));
                holder.start();
                holders.add(holder);
            }
            assertThat(taken.await(20, TimeUnit.SECONDS)).isTrue();
            assertUnavailable(ledger);
        } finally {
            release.countDown();
        }
        for (Thread holder : holders) {
            holder.join();
        }
        assertDoneOnce(ledger);
        ledger.stop();
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    private void assertUnavailable(JdbcLedger ledger) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> ledger.submit(SERVICE, request))
                .satisfies(problem -> {
                    assertThat(problem.type().status()).isEqualTo(503);
                    assertThat(problem.retryAfter()).isNotNull();
                });
    }

    private void assertDoneOnce(JdbcLedger ledger) {
        assertThat(fixture.posted(to)).as("nothing was done").isZero();
        assertThat(ledger.submit(SERVICE, request)).isInstanceOf(Outcome.Done.class);
        Outcome again = ledger.submit(SERVICE, request);
        assertThat(again.isReplayed()).isTrue();
        assertThat(fixture.posted(to)).isEqualTo(40);
        assertThat(ledger.check().violations()).isEmpty();
    }
}
