package io.plinth.transactions.internal;

import io.plinth.problem.ProblemException;
import io.plinth.transactions.Account;
import io.plinth.transactions.Initiator;
import io.plinth.transactions.KeyedRequest;
import io.plinth.transactions.LedgerTransaction;
import io.plinth.transactions.NewAccount;
import io.plinth.transactions.Outcome;
import io.plinth.transactions.TransactionRequest;
import io.plinth.transactions.TransactionRequest.Hold;
import io.plinth.transactions.TransactionRequest.Transfer;
import io.plinth.transactions.internal.JdbcLedger.LedgerLimits;
import io.plinth.users.UserStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The real ledger on a real database. */
final class LedgerFixture implements AutoCloseable {
    static final String ANNA = "01900000-0000-7000-8000-00000000000a";
    static final String BERT = "01900000-0000-7000-8000-00000000000b";
    static final String CLOSED_USER = "01900000-0000-7000-8000-00000000000c";
    static final Initiator SERVICE = new Initiator("service-client", Optional.empty(), true);
    static final Initiator AS_ANNA = new Initiator("app", Optional.of(ANNA), false);
    static final Initiator AS_BERT = new Initiator("app", Optional.of(BERT), false);
    static final FixedUsers USERS =
            new FixedUsers(Map.of(ANNA, UserStatus.ACTIVE, BERT, UserStatus.ACTIVE, CLOSED_USER, UserStatus.CLOSED));

    /** Housekeeping never comes by itself in a test. */
    static final Duration NEVER = Duration.ofDays(1);

    static final byte[] SEAL_KEY = "a key for tests".getBytes(StandardCharsets.UTF_8);

    private final Path folder = Files.createTempDirectory("plinth-ledger");
    final TestDatabase database;
    final SettableClock clock = new SettableClock(Instant.parse("2026-03-29T01:30:00.123456789Z"));
    final JdbcLedger ledger;
    private final AtomicLong keys = new AtomicLong();

    LedgerFixture() throws Exception {
        database = new TestDatabase(folder.resolve("data"));
        ledger = start(clock, 2);
    }

    /** Another server on the same database; the caller stops it. */
    JdbcLedger start(Clock clockOfServer, int threads) throws Exception {
        LedgerLimits limits = new LedgerLimits(
                new Committer.Limits(threads, 256, 10_000, 1 << 25), NEVER, Duration.ofDays(7), NEVER, NEVER);
        JdbcLedger made = new JdbcLedger(limits, database.transactions(), clockOfServer, SEAL_KEY);
        made.users(USERS);
        made.start();
        return made;
    }

    Account open(String ownerId, @Nullable Long overdraftLimit) {
        return ledger.openAccount(SERVICE, new NewAccount(null, ownerId, "EUR", null, overdraftLimit));
    }

    /** An account with money on it, from one without limit. */
    Account openWith(String ownerId, long amount) {
        Account account = open(ownerId, 0L);
        done(SERVICE, transfer(open(ownerId, null).id(), account.id(), amount));
        return account;
    }

    String key() {
        return "key-" + keys.incrementAndGet() + "-" + UUID.randomUUID();
    }

    Outcome submit(Initiator initiator, TransactionRequest request) {
        return ledger.submit(initiator, new KeyedRequest(key(), request));
    }

    LedgerTransaction done(Initiator initiator, TransactionRequest request) {
        Outcome outcome = submit(initiator, request);
        if (outcome instanceof Outcome.Done done) {
            return done.transaction();
        }
        throw new AssertionError("not done: " + outcome);
    }

    /** {@code ok}, or the name of the problem. */
    String verdict(Initiator initiator, TransactionRequest request) {
        try {
            return verdict(submit(initiator, request));
        } catch (ProblemException problem) {
            return problem.type().name();
        }
    }

    static String verdict(Outcome outcome) {
        if (outcome instanceof Outcome.Refused refused) {
            return refused.refusal().type().name();
        }
        return "ok";
    }

    long posted(Account account) {
        return now(account).balance().posted();
    }

    Account now(Account account) {
        return ledger.findAccount(SERVICE, account.id()).orElseThrow();
    }

    static Transfer transfer(String debit, String credit, long amount) {
        return new Transfer(debit, credit, amount, "EUR", null, null);
    }

    static Hold hold(String debit, String credit, long amount, @Nullable Instant expiresAt) {
        return new Hold(debit, credit, amount, "EUR", null, null, expiresAt);
    }

    @Override
    public void close() throws IOException {
        ledger.stop();
        database.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
