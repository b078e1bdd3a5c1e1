package io.plinth.transactions.internal;

import static io.plinth.transactions.internal.LedgerFixture.ANNA;
import static io.plinth.transactions.internal.LedgerFixture.BERT;
import static io.plinth.transactions.internal.LedgerFixture.SERVICE;
import static io.plinth.transactions.internal.LedgerFixture.hold;
import static io.plinth.transactions.internal.LedgerFixture.transfer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plinth.problem.ProblemException;
import io.plinth.transactions.Account;
import io.plinth.transactions.AccountStatus;
import io.plinth.transactions.BatchMode;
import io.plinth.transactions.KeyedRequest;
import io.plinth.transactions.LedgerTransaction;
import io.plinth.transactions.NewAccount;
import io.plinth.transactions.Outcome;
import io.plinth.transactions.TransactionRequest;
import io.plinth.transactions.TransactionRequest.Capture;
import io.plinth.transactions.TransactionRequest.Reversal;
import io.plinth.transactions.TransactionRequest.Voiding;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Every invariant of the ledger under many threads and two servers, on a real database. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "the tests' archive is for Linux on amd64")
class LedgerConcurrencyTest {
    private static final int THREADS = 32;

    private static LedgerFixture fixture;
    private static JdbcLedger ledger;
    private static JdbcLedger otherServer;

    @BeforeAll
    static void start() throws Exception {
        fixture = new LedgerFixture();
        ledger = fixture.ledger;
        otherServer = fixture.start(fixture.clock, 2);
    }

    @AfterAll
    static void stop() throws Exception {
        if (fixture != null) {
            otherServer.stop();
            fixture.close();
        }
    }

    /** Balances, sequences, holds and reversed sums as the journal says, one event for each transaction, nothing from nowhere. */
    @AfterEach
    void nothingIsWrong() throws Exception {
        assertThat(ledger.check().violations()).isEmpty();
        assertThat(fixture.database.query(
                        "SELECT SUM(CAST(posted_credits AS SIGNED) - posted_debits) FROM accounts GROUP BY currency"))
                .as("value is conserved")
                .containsOnly("0");
        assertThat(fixture.database.query("SELECT LOWER(HEX(id)) FROM transactions WHERE LOWER(HEX(id)) NOT IN"
                        + " (SELECT REPLACE(id, '-', '') FROM published)"))
                .as("transactions without event")
                .isEmpty();
        assertThat(fixture.database.query("SELECT id FROM published GROUP BY id HAVING COUNT(*) > 1"))
                .as("events that are there twice")
                .isEmpty();
    }

    private static JdbcLedger server(int i) {
        return i % 2 == 0 ? ledger : otherServer;
    }

    @Test
    void duplicatesCollapse() throws Exception {
        Account debit = fixture.openWith(ANNA, 100);
        Account credit = fixture.open(BERT, 0L);
        for (int round = 0; round < 5; round++) {
            KeyedRequest request = new KeyedRequest(fixture.key(), transfer(debit.id(), credit.id(), 1));
            List<Outcome> outcomes = together(100, i -> server(i).submit(SERVICE, request));
            assertThat(outcomes.stream().filter(outcome -> !outcome.isReplayed()))
                    .hasSize(1);
            assertThat(outcomes.stream().map(outcome -> ((Outcome.Done) outcome).transaction()))
                    .containsOnly(((Outcome.Done) outcomes.get(0)).transaction());
            assertThat(fixture.posted(credit)).isEqualTo(round + 1);
        }
    }

    /** Nothing but the key is common to these: no account, no lock. */
    @Test
    void aKeyThatTwoServersUseForDifferentRequestsIsUsedOnce() throws Exception {
        List<Account> accounts = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            accounts.add(fixture.open(ANNA, null));
        }
        String key = fixture.key();
        List<String> verdicts = together(
                20,
                i -> LedgerFixture.verdict(server(i)
                        .submit(
                                SERVICE,
                                new KeyedRequest(
                                        key,
                                        transfer(
                                                accounts.get(2 * i).id(),
                                                accounts.get(2 * i + 1).id(),
                                                1)))));
        assertThat(verdicts.stream().filter("ok"::equals)).hasSize(1);
        assertThat(verdicts.stream().filter("idempotency-key-reused"::equals)).hasSize(19);
    }

    @Test
    void refusalsCollapseTooThoughTheyLockNothing() throws Exception {
        KeyedRequest request = new KeyedRequest(
                fixture.key(),
                transfer("01900000-0000-7000-8000-000000000001", "01900000-0000-7000-8000-000000000002", 1));
        List<Outcome> outcomes = together(40, i -> server(i).submit(SERVICE, request));
        assertThat(outcomes.stream().filter(outcome -> !outcome.isReplayed())).hasSize(1);
        assertThat(outcomes).extracting(LedgerFixture::verdict).containsOnly("unknown-account");
    }

    @Test
    void aHotAccountLosesNoUpdate() throws Exception {
        Account hot = fixture.open(ANNA, null);
        Account other = fixture.open(BERT, null);
        together(THREADS, i -> {
            for (int n = 0; n < 25; n++) {
                boolean isOut = (i + n) % 2 == 0;
                TransactionRequest request =
                        isOut ? transfer(hot.id(), other.id(), 3) : transfer(other.id(), hot.id(), 5);
                Outcome outcome = server(i / 2).submit(SERVICE, new KeyedRequest(fixture.key(), request));
                assertThat(outcome).isInstanceOf(Outcome.Done.class);
            }
            return true;
        });
        assertThat(fixture.posted(hot)).isEqualTo(400 * 5 - 400 * 3);
    }

    @Test
    void aDrainNeverOverdraws() throws Exception {
        Account drained = fixture.openWith(ANNA, 100);
        Account credit = fixture.open(BERT, 0L);
        List<String> verdicts = together(THREADS * 2, i -> {
            TransactionRequest request =
                    i % 4 == 3 ? hold(drained.id(), credit.id(), 3, null) : transfer(drained.id(), credit.id(), 3);
            return LedgerFixture.verdict(server(i).submit(SERVICE, new KeyedRequest(fixture.key(), request)));
        });
        assertThat(verdicts.stream().filter("ok"::equals)).hasSize(33);
        assertThat(verdicts.stream().filter("insufficient-funds"::equals)).hasSize(THREADS * 2 - 33);
        assertThat(fixture.now(drained).balance().available()).isEqualTo(1);
    }

    @Test
    void aHoldHasOneWinner() throws Exception {
        Account debit = fixture.openWith(ANNA, 1_000);
        Account credit = fixture.open(BERT, 0L);
        for (int round = 0; round < 8; round++) {
            Instant end = fixture.clock.instant().plusSeconds(10);
            LedgerTransaction hold = fixture.done(SERVICE, hold(debit.id(), credit.id(), 10, end));
            boolean isOver = round % 2 == 1;
            if (isOver) {
                fixture.clock.advance(Duration.ofSeconds(10));
            }
            List<String> verdicts = together(THREADS, i -> {
                if (i % 8 == 7) {
                    server(i / 8).expireNow();
                    return "expired";
                }
                TransactionRequest request = i % 2 == 0 ? new Capture(hold.id(), 4L) : new Voiding(hold.id());
                return LedgerFixture.verdict(server(i / 2).submit(SERVICE, new KeyedRequest(fixture.key(), request)));
            });
            assertThat(verdicts.stream().filter("ok"::equals)).hasSize(isOver ? 0 : 1);
            assertThat(fixture.database.query("SELECT kind FROM transactions WHERE resolves = X'"
                            + hold.id().replace("-", "") + "'"))
                    .hasSize(1);
        }
    }

    @Test
    void reversalsAreBounded() throws Exception {
        Account debit = fixture.openWith(ANNA, 100);
        Account credit = fixture.openWith(BERT, 1_000);
        LedgerTransaction moved = fixture.done(SERVICE, transfer(debit.id(), credit.id(), 100));
        List<String> verdicts = together(
                THREADS,
                i -> LedgerFixture.verdict(
                        server(i).submit(SERVICE, new KeyedRequest(fixture.key(), new Reversal(moved.id(), 7L)))));
        assertThat(verdicts.stream().filter("ok"::equals)).hasSize(14);
        assertThat(fixture.posted(debit)).isEqualTo(98);
    }

    @Test
    void batchesAndSinglesInEveryDirectionAllEnd() throws Exception {
        List<Account> accounts = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            accounts.add(fixture.openWith(ANNA, 50));
        }
        together(THREADS, i -> {
            List<KeyedRequest> batch = new ArrayList<>();
            for (int n = 0; n < 10; n++) {
                String debit = accounts.get((i + n) % 10).id();
                String credit = accounts.get((i + 3 * n + 1 + i % 3) % 10).id();
                if (!debit.equals(credit)) {
                    batch.add(new KeyedRequest(fixture.key(), transfer(debit, credit, 1 + n)));
                }
            }
            Collections.rotate(batch, i);
            for (int n = 0; n < 3; n++) {
                BatchMode mode = (i + n) % 2 == 0 ? BatchMode.ATOMIC : BatchMode.INDEPENDENT;
                try {
                    server(i + n).submitBatch(SERVICE, mode, batch);
                } catch (ProblemException refused) {
                    assertThat(refused.type().name()).isEqualTo("batch-refused");
                }
            }
            return true;
        });
    }

    @Test
    void anAccountIsNotClosedUnderAMovement() throws Exception {
        for (int round = 0; round < 5; round++) {
            Account account = fixture.open(ANNA, 0L);
            Account payer = fixture.openWith(BERT, 100);
            together(8, i -> {
                try {
                    if (i == 0) {
                        ledger.closeAccount(SERVICE, account.id());
                    } else {
                        server(i)
                                .submit(
                                        SERVICE,
                                        new KeyedRequest(fixture.key(), transfer(payer.id(), account.id(), 1)));
                    }
                } catch (ProblemException notEmpty) {
                    assertThat(notEmpty.type().name()).isEqualTo("account-not-empty");
                }
                return true;
            });
            Account after = fixture.now(account);
            assertThat(after.status() == AccountStatus.OPEN || after.balance().posted() == 0)
                    .isTrue();
        }
    }

    /** Somebody else, say a server that stands still, keeps one account locked: only who needs that one is told to wait. */
    @Test
    void aLockedAccountStopsNoOther() throws Exception {
        Account stuck = fixture.openWith(ANNA, 100);
        List<Account> accounts = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            accounts.add(fixture.openWith(BERT, 100));
        }
        try (Connection holder = fixture.database.connect();
                Statement lock = holder.createStatement()) {
            holder.setAutoCommit(false);
            lock.executeQuery(
                    "SELECT * FROM accounts WHERE id = X'" + stuck.id().replace("-", "") + "' FOR UPDATE");
            List<String> verdicts = together(9, i -> {
                String debit = i == 8 ? stuck.id() : accounts.get(i).id();
                try {
                    return LedgerFixture.verdict(ledger.submit(
                            SERVICE,
                            new KeyedRequest(
                                    fixture.key(),
                                    transfer(debit, accounts.get((i + 1) % 8).id(), 1))));
                } catch (ProblemException locked) {
                    return String.valueOf(locked.type().status());
                }
            });
            assertThat(verdicts.get(8)).isEqualTo("503");
            assertThat(verdicts.subList(1, 7)).containsOnly("ok");
            holder.rollback();
        }
        assertThat(fixture.verdict(SERVICE, transfer(stuck.id(), accounts.get(0).id(), 1)))
                .isEqualTo("ok");
    }

    @Test
    void theSameAccountIsOpenedOnce() throws Exception {
        String id = "01900000-0000-7000-8000-0000000000f2";
        List<String> verdicts = together(16, i -> {
            try {
                server(i).openAccount(SERVICE, new NewAccount(id, ANNA, "EUR", null, 0L));
                return "ok";
            } catch (ProblemException problem) {
                return problem.type().name();
            }
        });
        assertThat(verdicts.stream().filter("ok"::equals)).hasSize(1);
        assertThat(verdicts.stream().filter("account-exists"::equals)).hasSize(15);
        assertThatThrownBy(() -> ledger.openAccount(SERVICE, new NewAccount(id, ANNA, "EUR", null, 0L)))
                .isInstanceOf(ProblemException.class);
    }

    private static <T> List<T> together(int threads, IntFunction<T> work) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            CyclicBarrier barrier = new CyclicBarrier(threads);
            List<Callable<T>> calls = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int number = i;
                calls.add(() -> {
                    barrier.await(10, TimeUnit.SECONDS);
                    return work.apply(number);
                });
            }
            List<T> results = new ArrayList<>();
            for (Future<T> result : executor.invokeAll(calls, 120, TimeUnit.SECONDS)) {
                results.add(result.get());
            }
            return results;
        } finally {
            executor.shutdownNow();
        }
    }
}
