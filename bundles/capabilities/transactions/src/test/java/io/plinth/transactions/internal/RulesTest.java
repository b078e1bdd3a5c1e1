package io.plinth.transactions.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.problem.ProblemException;
import io.plinth.transactions.AccountStatus;
import io.plinth.transactions.Balance;
import io.plinth.transactions.Initiator;
import io.plinth.transactions.KeyedRequest;
import io.plinth.transactions.LedgerTransaction;
import io.plinth.transactions.Outcome;
import io.plinth.transactions.TransactionRequest;
import io.plinth.transactions.TransactionRequest.Capture;
import io.plinth.transactions.TransactionRequest.Hold;
import io.plinth.transactions.TransactionRequest.Reversal;
import io.plinth.transactions.TransactionRequest.Transfer;
import io.plinth.transactions.TransactionRequest.Voiding;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The rules without a database: who may do what, and what money allows. */
class RulesTest {
    private static final Instant NOW = Instant.parse("2026-03-29T01:30:00Z");
    private static final UUID ANNA = new UUID(7, 1);
    private static final UUID BERT = new UUID(7, 2);
    private static final UUID CARL = new UUID(7, 3);
    private static final Initiator SERVICE = new Initiator("service", Optional.empty(), true);
    private static final Initiator AS_ANNA = new Initiator("app", Optional.of(ANNA.toString()), false);
    private static final Initiator AS_BERT = new Initiator("app", Optional.of(BERT.toString()), false);
    private static final Initiator AS_CARL = new Initiator("app", Optional.of(CARL.toString()), false);
    private static final Initiator NOBODY = new Initiator("app", Optional.empty(), false);
    private static final UUID ANNAS = new UUID(8, 1);
    private static final UUID BERTS = new UUID(8, 2);
    private static final UUID UNLIMITED = new UUID(8, 3);
    private static final UUID CLOSED = new UUID(8, 4);
    private static final UUID DOLLARS = new UUID(8, 5);

    private final WorkSet work = new WorkSet();
    private final Rules rules = new Rules(UUID::randomUUID);
    private Instant now = NOW;
    private int keys;

    RulesTest() {
        work.load(account(ANNAS, ANNA, "EUR", AccountStatus.OPEN, 100, 0L));
        work.load(account(BERTS, BERT, "EUR", AccountStatus.OPEN, 0, 0L));
        work.load(account(UNLIMITED, CARL, "EUR", AccountStatus.OPEN, 0, null));
        work.load(account(CLOSED, ANNA, "EUR", AccountStatus.CLOSED, 0, 0L));
        work.load(account(DOLLARS, ANNA, "USD", AccountStatus.OPEN, 50, 0L));
    }

    private static AccountState account(
            UUID id, UUID owner, String currency, AccountStatus status, long credits, @Nullable Long limit) {
        return new AccountState(id, owner, currency, status, 0, credits, 0, 0, limit, 0);
    }

    @Test
    void whoMayDebit() {
        assertThat(verdict(AS_ANNA, transfer(ANNAS, BERTS, 1))).isEqualTo("ok");
        assertThat(verdict(SERVICE, transfer(ANNAS, BERTS, 1))).isEqualTo("ok");
        // To others the account does not exist, and neither does one that does not exist.
        assertThat(verdict(AS_BERT, transfer(ANNAS, BERTS, 1))).isEqualTo("unknown-account:debitAccountId");
        assertThat(verdict(NOBODY, transfer(ANNAS, BERTS, 1))).isEqualTo("unknown-account:debitAccountId");
        assertThat(verdict(AS_BERT, transfer(new UUID(9, 9), BERTS, 1))).isEqualTo("unknown-account:debitAccountId");
        assertThat(verdict(AS_BERT, hold(ANNAS, BERTS, 1, null))).isEqualTo("unknown-account:debitAccountId");
        assertThat(verdict(AS_ANNA, transfer(ANNAS, new UUID(9, 9), 1))).isEqualTo("unknown-account:creditAccountId");
        assertThat(verdict(SERVICE, new Transfer("x", "y", 1, "EUR", null, null)))
                .isEqualTo("unknown-account:debitAccountId");
    }

    @Test
    void whatAccountsAllow() {
        assertThat(verdict(AS_ANNA, transfer(ANNAS, ANNAS, 1))).isEqualTo("same-account:creditAccountId");
        assertThat(verdict(AS_ANNA, transfer(CLOSED, BERTS, 1))).isEqualTo("account-closed:debitAccountId");
        assertThat(verdict(AS_ANNA, transfer(ANNAS, CLOSED, 1))).isEqualTo("account-closed:creditAccountId");
        assertThat(verdict(AS_ANNA, transfer(ANNAS, DOLLARS, 1))).isEqualTo("currency-mismatch:currency");
        assertThat(verdict(AS_ANNA, transfer(DOLLARS, ANNAS, 1))).isEqualTo("currency-mismatch:currency");
        assertThat(verdict(AS_ANNA, transfer(ANNAS, BERTS, 101))).isEqualTo("insufficient-funds:amount");
        assertThat(verdict(AS_ANNA, transfer(ANNAS, BERTS, 100))).isEqualTo("ok");
        assertThat(verdict(AS_ANNA, transfer(ANNAS, BERTS, 1))).isEqualTo("insufficient-funds:amount");
    }

    @Test
    void anOverdraftReachesExactlyToItsLimit() {
        work.load(account(BERTS, BERT, "EUR", AccountStatus.OPEN, 0, 30L));
        assertThat(verdict(AS_BERT, hold(BERTS, ANNAS, 20, null))).isEqualTo("ok");
        assertThat(verdict(AS_BERT, transfer(BERTS, ANNAS, 11))).isEqualTo("insufficient-funds:amount");
        assertThat(verdict(AS_BERT, transfer(BERTS, ANNAS, 10))).isEqualTo("ok");
        assertThat(account(BERTS).available()).isZero();
        assertThat(account(BERTS).posted()).isEqualTo(-10);
    }

    @Test
    void sumsNeverLeave64Bits() {
        long most = TransactionRequest.AMOUNT_MAX;
        long most64 = Long.MAX_VALUE;
        work.load(account(BERTS, BERT, "EUR", AccountStatus.OPEN, most64 - most, 0L));
        assertThat(verdict(SERVICE, transfer(UNLIMITED, BERTS, most))).isEqualTo("ok");
        assertThat(account(BERTS).posted()).isEqualTo(most64);
        assertThat(verdict(SERVICE, transfer(UNLIMITED, BERTS, 1))).isEqualTo("balance-overflow:amount");
        assertThat(verdict(SERVICE, hold(UNLIMITED, BERTS, 1, null))).isEqualTo("balance-overflow:amount");
        // What is available must fit too.
        work.load(account(DOLLARS, BERT, "EUR", AccountStatus.OPEN, most64 - most - 5, most));
        assertThat(verdict(SERVICE, transfer(UNLIMITED, DOLLARS, 6))).isEqualTo("balance-overflow:amount");
    }

    @Test
    void sumsOfDebitsAndHoldsNeverLeave64Bits() {
        work.load(new AccountState(
                UNLIMITED, CARL, "EUR", AccountStatus.OPEN, Long.MAX_VALUE - 5, 0, Long.MAX_VALUE - 5, 0, null, 0));
        assertThat(verdict(SERVICE, transfer(UNLIMITED, BERTS, 6))).isEqualTo("balance-overflow:amount");
        assertThat(verdict(SERVICE, hold(UNLIMITED, BERTS, 6, null))).isEqualTo("balance-overflow:amount");
        assertThat(verdict(SERVICE, transfer(UNLIMITED, BERTS, 5))).isEqualTo("ok");
    }

    @Test
    void aHoldReservesAndACaptureOfLessGivesTheRestBack() {
        LedgerTransaction hold = done(AS_ANNA, hold(ANNAS, BERTS, 80, null));
        assertThat(account(ANNAS).balance()).isEqualTo(new Balance(100, 80, 20L));
        assertThat(account(BERTS).pendingCredits()).isEqualTo(80);
        assertThat(verdict(AS_ANNA, transfer(ANNAS, BERTS, 21))).isEqualTo("insufficient-funds:amount");
        assertThat(verdict(AS_BERT, new Capture(hold.id(), 81L))).isEqualTo("exceeds-original:amount");
        assertThat(verdict(AS_BERT, new Capture(hold.id(), 50L))).isEqualTo("ok");
        assertThat(account(ANNAS).balance()).isEqualTo(new Balance(50, 0, 50L));
        assertThat(account(BERTS).pendingCredits()).isZero();
        assertThat(verdict(AS_BERT, new Capture(hold.id(), 1L))).isEqualTo("hold-not-open");
        assertThat(verdict(AS_BERT, new Voiding(hold.id()))).isEqualTo("hold-not-open");
    }

    @Test
    void whoMayCapture() {
        LedgerTransaction hold = done(AS_ANNA, hold(ANNAS, BERTS, 10, null));
        assertThat(verdict(AS_ANNA, new Capture(hold.id(), null))).isEqualTo("forbidden");
        assertThat(verdict(AS_CARL, new Capture(hold.id(), null))).isEqualTo("not-found");
        assertThat(verdict(NOBODY, new Capture(hold.id(), null))).isEqualTo("not-found");
        assertThat(verdict(AS_BERT, new Capture(hold.id(), null))).isEqualTo("ok");
        LedgerTransaction other = done(AS_ANNA, hold(ANNAS, BERTS, 10, null));
        assertThat(verdict(SERVICE, new Capture(other.id(), null))).isEqualTo("ok");
    }

    @Test
    void whoMayVoid() {
        LedgerTransaction placed = done(AS_ANNA, hold(ANNAS, BERTS, 10, null));
        assertThat(verdict(AS_CARL, new Voiding(placed.id()))).isEqualTo("not-found");
        assertThat(verdict(AS_ANNA, new Voiding(placed.id()))).isEqualTo("ok");
        LedgerTransaction received = done(AS_ANNA, hold(ANNAS, BERTS, 10, null));
        assertThat(verdict(AS_BERT, new Voiding(received.id()))).isEqualTo("ok");
        LedgerTransaction byService = done(SERVICE, hold(ANNAS, BERTS, 10, null));
        assertThat(verdict(AS_ANNA, new Voiding(byService.id()))).isEqualTo("forbidden");
        assertThat(verdict(SERVICE, new Voiding(byService.id()))).isEqualTo("ok");
        assertThat(account(ANNAS).balance()).isEqualTo(new Balance(100, 0, 100L));
    }

    @Test
    void whoMayReverse() {
        LedgerTransaction moved = done(AS_ANNA, transfer(ANNAS, BERTS, 10));
        assertThat(verdict(AS_ANNA, new Reversal(moved.id(), null))).isEqualTo("forbidden");
        assertThat(verdict(AS_CARL, new Reversal(moved.id(), null))).isEqualTo("not-found");
        assertThat(verdict(AS_BERT, new Reversal(moved.id(), 4L))).isEqualTo("ok");
        assertThat(verdict(SERVICE, new Reversal(moved.id(), 6L))).isEqualTo("ok");
    }

    @Test
    void reversalsTogetherNeverExceedTheOriginal() {
        LedgerTransaction moved = done(SERVICE, transfer(ANNAS, BERTS, 10));
        assertThat(verdict(SERVICE, new Reversal(moved.id(), 11L))).isEqualTo("exceeds-original:amount");
        assertThat(done(SERVICE, new Reversal(moved.id(), 7L)).amount()).isEqualTo(7);
        assertThat(verdict(SERVICE, new Reversal(moved.id(), 4L))).isEqualTo("exceeds-original:amount");
        LedgerTransaction rest = done(SERVICE, new Reversal(moved.id(), null));
        assertThat(rest.amount()).isEqualTo(3);
        assertThat(verdict(SERVICE, new Reversal(moved.id(), null))).isEqualTo("already-reversed");
        assertThat(verdict(SERVICE, new Reversal(rest.id(), null))).isEqualTo("not-reversible");
        assertThat(account(ANNAS).posted()).isEqualTo(100);
    }

    @Test
    void whatCannotBeReversed() {
        LedgerTransaction hold = done(SERVICE, hold(ANNAS, BERTS, 10, null));
        assertThat(verdict(SERVICE, new Reversal(hold.id(), null))).isEqualTo("not-reversible");
        LedgerTransaction voiding = done(SERVICE, new Voiding(hold.id()));
        assertThat(verdict(SERVICE, new Reversal(voiding.id(), null))).isEqualTo("not-reversible");
        assertThat(verdict(SERVICE, new Capture(voiding.id(), null))).isEqualTo("hold-not-open");
        LedgerTransaction moved = done(SERVICE, transfer(ANNAS, BERTS, 10));
        assertThat(verdict(SERVICE, new Voiding(moved.id()))).isEqualTo("hold-not-open");
        done(SERVICE, transfer(BERTS, UNLIMITED, 5));
        assertThat(verdict(SERVICE, new Reversal(moved.id(), null))).isEqualTo("insufficient-funds:amount");
    }

    @Test
    void anExpiredHoldIsNotOpenFromThatInstantOn() {
        Instant end = NOW.plusSeconds(10);
        LedgerTransaction hold = done(AS_ANNA, hold(ANNAS, BERTS, 10, end));
        LedgerTransaction early = done(AS_ANNA, hold(ANNAS, BERTS, 10, end));
        now = end.minusNanos(1_000);
        assertThat(expire(hold)).isEqualTo("hold-not-open");
        assertThat(verdict(AS_BERT, new Capture(early.id(), null))).isEqualTo("ok");
        now = end;
        assertThat(verdict(AS_BERT, new Capture(hold.id(), null))).isEqualTo("hold-not-open");
        assertThat(expire(hold)).isEqualTo("ok");
        assertThat(expire(hold)).isEqualTo("hold-not-open");
        assertThat(expire(early)).isEqualTo("hold-not-open");
        assertThat(account(ANNAS).pendingDebits()).isZero();
        assertThat(verdict(AS_ANNA, hold(ANNAS, BERTS, 10, end))).isEqualTo("invalid-request");
    }

    @Test
    void aKeyIsForOneRequestOnly() {
        KeyedRequest keyed = new KeyedRequest("k", transfer(ANNAS, BERTS, 1));
        assertThat(decide(AS_ANNA, keyed)).isEqualTo("ok");
        assertThat(decide(AS_ANNA, keyed)).isEqualTo("ok again");
        assertThat(decide(AS_ANNA, new KeyedRequest("k", transfer(ANNAS, BERTS, 2))))
                .isEqualTo("idempotency-key-reused:idempotencyKey");
        assertThat(decide(AS_ANNA, new KeyedRequest("k", hold(ANNAS, BERTS, 1, null))))
                .isEqualTo("idempotency-key-reused:idempotencyKey");
        assertThat(decide(
                        AS_ANNA,
                        new KeyedRequest("k", new Transfer(ANNAS.toString(), BERTS.toString(), 1, "EUR", null, "{}"))))
                .isEqualTo("idempotency-key-reused:idempotencyKey");
        assertThat(account(BERTS).posted()).isEqualTo(1);
    }

    @Test
    void aTrialChangesNothing() {
        WorkSet trial = work.copy();
        rules.decide(command(SERVICE, new KeyedRequest("k", transfer(ANNAS, BERTS, 1))), trial, now);
        assertThat(trial.newTransactions()).hasSize(1);
        assertThat(work.newTransactions()).isEmpty();
        assertThat(work.changedAccounts()).isEmpty();
        assertThat(work.newAnswers()).isEmpty();
        assertThat(account(ANNAS).posted()).isEqualTo(100);
    }

    private AccountState account(UUID id) {
        return work.account(id).orElseThrow();
    }

    private static Transfer transfer(UUID debit, UUID credit, long amount) {
        return new Transfer(debit.toString(), credit.toString(), amount, "EUR", null, null);
    }

    private static Hold hold(UUID debit, UUID credit, long amount, @Nullable Instant expiresAt) {
        return new Hold(debit.toString(), credit.toString(), amount, "EUR", null, null, expiresAt);
    }

    private Command.FromClient command(Initiator initiator, KeyedRequest request) {
        return Command.FromClient.of(initiator, request, now);
    }

    private LedgerTransaction done(Initiator initiator, TransactionRequest request) {
        Answer answer = rules.decide(command(initiator, new KeyedRequest("key-" + ++keys, request)), work, now);
        remember();
        return ((Outcome.Done) Answer.outcome(answer)).transaction();
    }

    private String verdict(Initiator initiator, TransactionRequest request) {
        return decide(initiator, new KeyedRequest("key-" + ++keys, request));
    }

    private String decide(Initiator initiator, KeyedRequest request) {
        return text(rules.decide(command(initiator, request), work, now));
    }

    private String expire(LedgerTransaction hold) {
        return text(rules.decide(new Command.Expire(UUID.fromString(hold.id())), work, now));
    }

    private String text(Answer answer) {
        remember();
        try {
            Outcome outcome = Answer.outcome(answer);
            if (outcome instanceof Outcome.Refused refused) {
                String field = refused.refusal().errors().stream()
                        .map(error -> ":" + error.field())
                        .findFirst()
                        .orElse("");
                return refused.refusal().type().name() + field;
            }
            return outcome.isReplayed() ? "ok again" : "ok";
        } catch (ProblemException problem) {
            return problem.type().name();
        }
    }

    /** A later batch finds what an earlier one made as originals. */
    private void remember() {
        work.newTransactions().forEach(work::load);
    }
}
