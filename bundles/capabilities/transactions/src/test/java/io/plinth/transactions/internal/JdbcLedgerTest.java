package io.plinth.transactions.internal;

import static io.plinth.transactions.internal.LedgerFixture.ANNA;
import static io.plinth.transactions.internal.LedgerFixture.AS_ANNA;
import static io.plinth.transactions.internal.LedgerFixture.AS_BERT;
import static io.plinth.transactions.internal.LedgerFixture.BERT;
import static io.plinth.transactions.internal.LedgerFixture.CLOSED_USER;
import static io.plinth.transactions.internal.LedgerFixture.SERVICE;
import static io.plinth.transactions.internal.LedgerFixture.hold;
import static io.plinth.transactions.internal.LedgerFixture.transfer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.plinth.problem.FieldError;
import io.plinth.problem.ProblemException;
import io.plinth.transactions.Account;
import io.plinth.transactions.AccountStatus;
import io.plinth.transactions.Balance;
import io.plinth.transactions.BatchMode;
import io.plinth.transactions.Initiator;
import io.plinth.transactions.KeyedRequest;
import io.plinth.transactions.LedgerPage;
import io.plinth.transactions.LedgerTransaction;
import io.plinth.transactions.Movement;
import io.plinth.transactions.NewAccount;
import io.plinth.transactions.Outcome;
import io.plinth.transactions.PageKey;
import io.plinth.transactions.TransactionFilter;
import io.plinth.transactions.TransactionKind;
import io.plinth.transactions.TransactionRequest.Capture;
import io.plinth.transactions.TransactionRequest.Reversal;
import io.plinth.transactions.TransactionRequest.Transfer;
import io.plinth.transactions.TransactionRequest.Voiding;
import io.plinth.transactions.TransactionStatus;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "the tests' archive is for Linux on amd64")
class JdbcLedgerTest {
    private static final PageKey FIRST = new PageKey(200, Optional.empty());

    private static LedgerFixture fixture;
    private static JdbcLedger ledger;

    @BeforeAll
    static void start() throws Exception {
        fixture = new LedgerFixture();
        ledger = fixture.ledger;
    }

    @AfterAll
    static void stop() throws Exception {
        if (fixture != null) {
            try (LedgerFixture closing = fixture) {
                assertThat(closing.ledger.check().violations()).isEmpty();
            }
        }
    }

    @Test
    void anAccountIsWhatWasAskedFor() {
        String id = "01900000-0000-7000-8000-0000000000f1";
        Account made = ledger.openAccount(SERVICE, new NewAccount(id, ANNA, "EUR", "Ersparnisse 💶", 50L));
        assertThat(made)
                .isEqualTo(new Account(
                        id,
                        ANNA,
                        "EUR",
                        "Ersparnisse 💶",
                        AccountStatus.OPEN,
                        50L,
                        new Balance(0, 0, 50L),
                        fixture.clock.instant().truncatedTo(ChronoUnit.MICROS)));
        assertThat(ledger.findAccount(SERVICE, id)).contains(made);
        assertThat(ledger.findAccount(AS_ANNA, id)).contains(made);
        assertThat(ledger.findAccount(AS_BERT, id)).isEmpty();
        assertThat(ledger.findAccount(SERVICE, "me")).isEmpty();
        refused(
                () -> ledger.openAccount(SERVICE, new NewAccount(id, BERT, "USD", null, 0L)),
                "account-exists",
                409,
                "id");
        assertThat(fixture.open(ANNA, null).balance().available()).isNull();
    }

    @Test
    void theOwnerOfAnAccountIsAnActiveUser() throws Exception {
        assertThat(ledger.openAccount(AS_ANNA, new NewAccount(null, null, "EUR", null, 0L))
                        .ownerId())
                .isEqualTo(ANNA);
        refused(() -> open(SERVICE, null, 0L), "invalid-request", 400, "ownerId");
        refused(() -> open(SERVICE, CLOSED_USER, 0L), "unknown-user", 422, "ownerId");
        refused(() -> open(SERVICE, "nobody", 0L), "unknown-user", 422, "ownerId");
        refused(() -> open(AS_ANNA, BERT, 0L), "unknown-user", 422, "ownerId");
        refused(() -> open(AS_ANNA, ANNA, 1L), "forbidden", 403);
        refused(() -> open(AS_ANNA, ANNA, null), "forbidden", 403);
        JdbcLedger alone = fixture.start(fixture.clock, 1);
        alone.users(null);
        refused(() -> alone.openAccount(AS_ANNA, new NewAccount(null, ANNA, "EUR", null, 0L)), "unavailable", 503);
        alone.stop();
    }

    private static void open(Initiator initiator, @Nullable String owner, @Nullable Long limit) {
        ledger.openAccount(initiator, new NewAccount(null, owner, "EUR", null, limit));
    }

    @Test
    void aUserSeesAndListsOwnAccountsOnly() {
        Account annas = fixture.open(ANNA, 0L);
        Account berts = fixture.open(BERT, 0L);
        assertThat(ledger.accounts(AS_ANNA, Optional.empty(), FIRST).items())
                .contains(annas)
                .doesNotContain(berts)
                .allMatch(account -> account.ownerId().equals(ANNA));
        assertThat(ledger.accounts(AS_ANNA, Optional.of(BERT), FIRST).items()).isEmpty();
        assertThat(ledger.accounts(SERVICE, Optional.of(BERT), FIRST).items()).contains(berts);
        assertThat(ledger.accounts(SERVICE, Optional.of("nobody"), FIRST).items())
                .isEmpty();
        LedgerPage<Account> page = ledger.accounts(SERVICE, Optional.empty(), new PageKey(1, Optional.empty()));
        assertThat(page.items()).hasSize(1);
        assertThat(ledger.accounts(SERVICE, Optional.empty(), new PageKey(200, page.next()))
                        .items())
                .doesNotContainAnyElementsOf(page.items());
        refused(() -> ledger.closeAccount(AS_ANNA, berts.id()), "not-found", 404);
        refused(
                () -> ledger.statement(AS_ANNA, berts.id(), Optional.empty(), Optional.empty(), FIRST),
                "not-found",
                404);
    }

    @Test
    void onlyAnEmptyAccountIsClosedAndThenTakesNothing() throws SQLException {
        Account paid = fixture.openWith(ANNA, 10);
        Account other = fixture.open(BERT, 0L);
        refused(() -> ledger.closeAccount(SERVICE, paid.id()), "account-not-empty", 409);
        LedgerTransaction hold = fixture.done(SERVICE, hold(paid.id(), other.id(), 10, null));
        refused(() -> ledger.closeAccount(SERVICE, other.id()), "account-not-empty", 409);
        LedgerTransaction capture = fixture.done(SERVICE, new Capture(hold.id(), null));
        assertThat(ledger.closeAccount(AS_ANNA, paid.id()).status()).isEqualTo(AccountStatus.CLOSED);
        assertThat(ledger.closeAccount(AS_ANNA, paid.id()).status()).isEqualTo(AccountStatus.CLOSED);
        assertThat(fixture.verdict(SERVICE, transfer(other.id(), paid.id(), 1))).isEqualTo("account-closed");
        assertThat(fixture.verdict(SERVICE, transfer(paid.id(), other.id(), 1))).isEqualTo("account-closed");
        assertThat(fixture.verdict(SERVICE, hold(other.id(), paid.id(), 1, null)))
                .isEqualTo("account-closed");
        assertThat(fixture.verdict(SERVICE, new Reversal(capture.id(), null))).isEqualTo("account-closed");
        assertThat(fixture.database.query("SELECT type FROM published WHERE subject = '" + paid.id() + "'"
                        + " AND type LIKE '%accounts%'"))
                .containsExactly("io.plinth.accounts.opened", "io.plinth.accounts.closed");
    }

    @Test
    void whatWasAnsweredIsWhatIsReadAndPublished() throws SQLException {
        Account debit = fixture.openWith(ANNA, 100);
        Account credit = fixture.open(BERT, 0L);
        Instant expiresAt = fixture.clock.instant().plusSeconds(60);
        LedgerTransaction moved = fixture.done(
                AS_ANNA,
                new Transfer(debit.id(), credit.id(), 30, "EUR", "Miete März", "{\"order\":{\"n\":[1,\"ä\"]}}"));
        assertThat(ledger.findTransaction(AS_BERT, moved.id())).contains(moved);
        assertThat(moved.metadata()).isEqualTo("{\"order\":{\"n\":[1,\"ä\"]}}");
        assertThat(moved.reference()).isEqualTo("Miete März");
        assertThat(UUID.fromString(moved.id()).version()).isEqualTo(7);
        LedgerTransaction hold = fixture.done(AS_ANNA, hold(debit.id(), credit.id(), 50, expiresAt));
        assertThat(hold.status()).isEqualTo(TransactionStatus.PENDING);
        assertThat(fixture.now(debit).balance()).isEqualTo(new Balance(70, 50, 20L));
        assertThat(fixture.now(credit).balance()).isEqualTo(new Balance(30, 0, 30L));
        LedgerTransaction capture = fixture.done(AS_BERT, new Capture(hold.id(), 20L));
        assertThat(capture.relatedTo()).isEqualTo(hold.id());
        assertThat(fixture.now(debit).balance()).isEqualTo(new Balance(50, 0, 50L));
        LedgerTransaction reversal = fixture.done(AS_BERT, new Reversal(capture.id(), 5L));
        assertThat(reversal.debitAccountId()).isEqualTo(credit.id());
        assertThat(fixture.now(debit).balance()).isEqualTo(new Balance(55, 0, 55L));
        assertThat(status(hold)).isEqualTo(TransactionStatus.CAPTURED);
        assertThat(status(capture)).isEqualTo(TransactionStatus.POSTED);
        fixture.done(AS_BERT, new Reversal(capture.id(), null));
        assertThat(status(capture)).isEqualTo(TransactionStatus.REVERSED);
        assertThat(status(reversal)).isEqualTo(TransactionStatus.POSTED);

        assertThat(ledger.statement(AS_BERT, credit.id(), Optional.empty(), Optional.empty(), FIRST)
                        .items())
                .extracting(Movement::sequence, Movement::balanceAfter)
                .containsExactly(tuple(1L, 30L), tuple(2L, 50L), tuple(3L, 45L), tuple(4L, 30L));
        assertThat(fixture.database.query(
                        "SELECT type FROM published WHERE data LIKE '%" + credit.id() + "%' ORDER BY n"))
                .containsExactly(
                        "io.plinth.accounts.opened",
                        "io.plinth.transactions.posted",
                        "io.plinth.transactions.held",
                        "io.plinth.transactions.captured",
                        "io.plinth.transactions.reversed",
                        "io.plinth.transactions.reversed");
        assertThat(fixture.database.query(
                        "SELECT data FROM published WHERE data LIKE '%Miete%' OR data LIKE '%order%'"))
                .isEmpty();
        assertThat(fixture.database.query("SELECT DISTINCT ordering_key FROM published"))
                .containsExactly("ledger");
    }

    @Test
    void theSameAgainIsAnsweredTheSame() throws SQLException {
        Account debit = fixture.openWith(ANNA, 100);
        Account credit = fixture.open(BERT, 0L);
        String key = fixture.key();
        Transfer request = new Transfer(debit.id(), credit.id(), 100, "EUR", "r", "{\"a\":1}");
        Outcome first = ledger.submit(SERVICE, new KeyedRequest(key, request));
        LedgerTransaction made = ((Outcome.Done) first).transaction();
        fixture.done(SERVICE, new Reversal(made.id(), null));
        fixture.clock.advance(Duration.ofDays(6));
        // Reversed since, and yet answered as it was at first.
        assertThat(ledger.submit(SERVICE, new KeyedRequest(key, request))).isEqualTo(new Outcome.Done(made, true));
        Outcome reused = ledger.submit(SERVICE, new KeyedRequest(key, transfer(debit.id(), credit.id(), 99)));
        assertThat(LedgerFixture.verdict(reused)).isEqualTo("idempotency-key-reused");
        Outcome otherPath = ledger.submit(SERVICE, new KeyedRequest(key, new Reversal(made.id(), null)));
        assertThat(LedgerFixture.verdict(otherPath)).isEqualTo("idempotency-key-reused");
        // The key belongs to the client.
        assertThat(LedgerFixture.verdict(ledger.submit(AS_ANNA, new KeyedRequest(key, request))))
                .isEqualTo("ok");
        // And the answer to the user who got it.
        assertThat(LedgerFixture.verdict(ledger.submit(AS_BERT, new KeyedRequest(key, request))))
                .isEqualTo("idempotency-key-reused");
    }

    @Test
    void refusalsAreStoredAndErrorsAreNot() {
        Account debit = fixture.open(ANNA, 0L);
        Account credit = fixture.open(BERT, 0L);
        String key = fixture.key();
        KeyedRequest request = new KeyedRequest(key, transfer(debit.id(), credit.id(), 10));
        Outcome.Refused first = (Outcome.Refused) ledger.submit(SERVICE, request);
        assertThat(first.refusal().type().name()).isEqualTo("insufficient-funds");
        assertThat(first.isReplayed()).isFalse();
        fixture.done(SERVICE, transfer(fixture.open(ANNA, null).id(), debit.id(), 10));
        assertThat(ledger.submit(SERVICE, request)).isEqualTo(new Outcome.Refused(first.refusal(), true));

        String unknown = "01900000-0000-7000-8000-000000000000";
        String other = fixture.key();
        refused(() -> ledger.submit(SERVICE, new KeyedRequest(other, new Capture(unknown, null))), "not-found", 404);
        refused(() -> ledger.submit(SERVICE, new KeyedRequest(other, new Voiding("nothing"))), "not-found", 404);
        Instant past = fixture.clock.instant();
        refused(
                () -> ledger.submit(SERVICE, new KeyedRequest(other, hold(debit.id(), credit.id(), 1, past))),
                "invalid-request",
                400,
                "expiresAt");
        Outcome free = ledger.submit(SERVICE, new KeyedRequest(other, transfer(debit.id(), credit.id(), 1)));
        assertThat(LedgerFixture.verdict(free)).isEqualTo("ok");
    }

    @Test
    void keysAreForgottenAfterTheirTimeAndNotBefore() throws SQLException {
        Account debit = fixture.openWith(ANNA, 100);
        Account credit = fixture.open(BERT, 0L);
        KeyedRequest request = new KeyedRequest(fixture.key(), transfer(debit.id(), credit.id(), 1));
        ledger.submit(SERVICE, request);
        fixture.clock.advance(Duration.ofDays(7).minusSeconds(1));
        ledger.removeOldKeys();
        assertThat(ledger.submit(SERVICE, request).isReplayed()).isTrue();
        fixture.clock.advance(Duration.ofSeconds(2));
        ledger.removeOldKeys();
        assertThat(ledger.submit(SERVICE, request).isReplayed()).isFalse();
        assertThat(fixture.posted(credit)).isEqualTo(2);
    }

    @Test
    void aHoldEndsWithItsTime() throws SQLException {
        Account debit = fixture.openWith(ANNA, 100);
        Account credit = fixture.open(BERT, 0L);
        LedgerTransaction hold = fixture.done(
                SERVICE,
                hold(debit.id(), credit.id(), 60, fixture.clock.instant().plusSeconds(10)));
        LedgerTransaction lasting = fixture.done(SERVICE, hold(debit.id(), credit.id(), 40, null));
        assertThat(fixture.verdict(SERVICE, transfer(debit.id(), credit.id(), 1)))
                .isEqualTo("insufficient-funds");
        fixture.clock.advance(Duration.ofSeconds(9));
        ledger.expireNow();
        assertThat(status(hold)).isEqualTo(TransactionStatus.PENDING);
        fixture.clock.advance(Duration.ofSeconds(1));
        // The worker has not come by yet, and it makes no difference.
        assertThat(fixture.verdict(SERVICE, new Capture(hold.id(), null))).isEqualTo("hold-not-open");
        assertThat(fixture.verdict(SERVICE, new Voiding(hold.id()))).isEqualTo("hold-not-open");
        ledger.expireNow();
        ledger.expireNow();
        assertThat(status(hold)).isEqualTo(TransactionStatus.EXPIRED);
        assertThat(status(lasting)).isEqualTo(TransactionStatus.PENDING);
        assertThat(fixture.now(debit).balance()).isEqualTo(new Balance(100, 40, 60L));
        List<LedgerTransaction> expiries = list(filter(debit.id(), null, TransactionKind.EXPIRY));
        assertThat(expiries).hasSize(1);
        assertThat(expiries.get(0).relatedTo()).isEqualTo(hold.id());
    }

    @Test
    void anAtomicBatchIsAllOrNothing() throws SQLException {
        Account debit = fixture.openWith(ANNA, 100);
        Account credit = fixture.open(BERT, 0L);
        KeyedRequest first = new KeyedRequest(fixture.key(), transfer(debit.id(), credit.id(), 60));
        KeyedRequest back = new KeyedRequest(fixture.key(), transfer(credit.id(), debit.id(), 10));
        KeyedRequest tooMuch = new KeyedRequest(fixture.key(), transfer(debit.id(), credit.id(), 51));
        assertThatThrownBy(() -> ledger.submitBatch(SERVICE, BatchMode.ATOMIC, List.of(first, back, tooMuch)))
                .isInstanceOfSatisfying(ProblemException.class, problem -> {
                    assertThat(problem.type().name()).isEqualTo("batch-refused");
                    assertThat(problem.errors().get(0).field()).isEqualTo("items[2]");
                    assertThat(problem.errors().get(0).message()).contains("insufficient-funds");
                });
        assertThat(fixture.posted(debit)).isEqualTo(100);
        List<Outcome> done = ledger.submitBatch(SERVICE, BatchMode.ATOMIC, List.of(first, back, first));
        assertThat(done).extracting(Outcome::isReplayed).containsExactly(false, false, true);
        assertThat(fixture.posted(debit)).isEqualTo(50);
        // No key of the refused batch was used up.
        assertThat(ledger.submit(SERVICE, tooMuch).isReplayed()).isFalse();
    }

    @Test
    void anAtomicBatchOfOneUsesNoKeyUpEither() {
        Account debit = fixture.open(ANNA, 0L);
        Account credit = fixture.open(BERT, 0L);
        KeyedRequest request = new KeyedRequest(fixture.key(), transfer(debit.id(), credit.id(), 1));
        refused(
                () -> ledger.submitBatch(SERVICE, BatchMode.ATOMIC, List.of(request)),
                "batch-refused",
                422,
                "items[0]");
        assertThat(ledger.submit(SERVICE, request).isReplayed()).isFalse();
    }

    @Test
    void anIndependentBatchIsDoneInOrderItemByItem() {
        Account debit = fixture.openWith(ANNA, 10);
        Account credit = fixture.open(BERT, 0L);
        KeyedRequest out = new KeyedRequest(fixture.key(), transfer(debit.id(), credit.id(), 10));
        KeyedRequest again = new KeyedRequest(fixture.key(), transfer(debit.id(), credit.id(), 1));
        KeyedRequest back = new KeyedRequest(fixture.key(), transfer(credit.id(), debit.id(), 10));
        KeyedRequest last = new KeyedRequest(fixture.key(), transfer(debit.id(), credit.id(), 3));
        List<Outcome> outcomes =
                ledger.submitBatch(SERVICE, BatchMode.INDEPENDENT, List.of(out, again, back, last, again));
        assertThat(outcomes)
                .extracting(LedgerFixture::verdict)
                .containsExactly("ok", "insufficient-funds", "ok", "ok", "insufficient-funds");
        assertThat(outcomes).extracting(Outcome::isReplayed).containsExactly(false, false, false, false, true);
        assertThat(ledger.submit(SERVICE, out).isReplayed()).isTrue();
        assertThat(fixture.posted(debit)).isEqualTo(7);
    }

    @Test
    void aBatchIsMalformedAsAWhole() {
        Account debit = fixture.openWith(ANNA, 10);
        Account credit = fixture.open(BERT, 0L);
        Instant soon = fixture.clock.instant().plusSeconds(5);
        KeyedRequest fine = new KeyedRequest(fixture.key(), transfer(debit.id(), credit.id(), 1));
        KeyedRequest hold = new KeyedRequest(fixture.key(), hold(debit.id(), credit.id(), 1, soon));
        ledger.submitBatch(SERVICE, BatchMode.INDEPENDENT, List.of(hold));
        fixture.clock.advance(Duration.ofSeconds(5));
        KeyedRequest late = new KeyedRequest(fixture.key(), hold(debit.id(), credit.id(), 1, soon));
        for (BatchMode mode : BatchMode.values()) {
            refused(
                    () -> ledger.submitBatch(SERVICE, mode, List.of(hold, fine, late)),
                    "invalid-request",
                    400,
                    "items[2].expiresAt");
            refused(() -> ledger.submitBatch(SERVICE, mode, List.of()), "invalid-request", 400, "items");
        }
        assertThat(ledger.submitBatch(SERVICE, BatchMode.INDEPENDENT, List.of(hold, fine)))
                .extracting(Outcome::isReplayed)
                .containsExactly(true, false);
    }

    @Test
    void aThousandItemsAreOneBatch() {
        Account debit = fixture.openWith(ANNA, 2_000);
        Account credit = fixture.open(BERT, 0L);
        List<KeyedRequest> requests = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            requests.add(new KeyedRequest(fixture.key(), transfer(debit.id(), credit.id(), 1)));
        }
        assertThat(ledger.submitBatch(SERVICE, BatchMode.ATOMIC, requests)).hasSize(1_000);
        assertThat(ledger.submitBatch(SERVICE, BatchMode.INDEPENDENT, requests)).allMatch(Outcome::isReplayed);
        assertThat(fixture.posted(debit)).isEqualTo(1_000);
        requests.add(requests.get(0));
        refused(() -> ledger.submitBatch(SERVICE, BatchMode.ATOMIC, requests), "invalid-request", 400, "items");

        TransactionFilter filter = filter(credit.id(), null, TransactionKind.TRANSFER);
        List<String> exported = new ArrayList<>();
        ledger.export(SERVICE, filter, row -> exported.add(row.id()));
        assertThat(exported).hasSize(1_000).doesNotHaveDuplicates().isSortedAccordingTo((a, b) -> b.compareTo(a));
        List<String> paged = new ArrayList<>();
        PageKey page = new PageKey(200, Optional.empty());
        for (Optional<PageKey> next = Optional.of(page); next.isPresent(); ) {
            LedgerPage<LedgerTransaction> found = ledger.transactions(SERVICE, filter, next.get());
            found.items().forEach(row -> paged.add(row.id()));
            next = found.next().map(key -> new PageKey(200, Optional.of(key)));
        }
        assertThat(paged).isEqualTo(exported);
        List<Long> sequences = new ArrayList<>();
        for (Optional<PageKey> next = Optional.of(page); next.isPresent(); ) {
            LedgerPage<Movement> found =
                    ledger.statement(SERVICE, credit.id(), Optional.empty(), Optional.empty(), next.get());
            found.items().forEach(row -> sequences.add(row.sequence()));
            next = found.next().map(key -> new PageKey(200, Optional.of(key)));
        }
        assertThat(sequences).hasSize(1_000).startsWith(1L).endsWith(1_000L).isSorted();
    }

    private static TransactionStatus status(LedgerTransaction transaction) {
        return ledger.findTransaction(SERVICE, transaction.id()).orElseThrow().status();
    }

    private static TransactionFilter filter(
            String accountId, @Nullable TransactionStatus status, @Nullable TransactionKind kind) {
        return new TransactionFilter(accountId, null, status, kind, null, null, null);
    }

    private static List<LedgerTransaction> list(TransactionFilter filter) {
        return ledger.transactions(SERVICE, filter, FIRST).items();
    }

    private static void refused(ThrowingCallable call, String problem, int status, String... fields) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ProblemException.class, refusal -> {
            assertThat(refusal.type().name()).isEqualTo(problem);
            assertThat(refusal.type().status()).isEqualTo(status);
            assertThat(refusal.errors()).extracting(FieldError::field).containsExactly(fields);
            assertThat(refusal.retryAfter() != null).isEqualTo(status == 503);
        });
    }
}
