package io.plinth.transactions.internal;

import static io.plinth.transactions.internal.LedgerFixture.ANNA;
import static io.plinth.transactions.internal.LedgerFixture.BERT;
import static io.plinth.transactions.internal.LedgerFixture.SERVICE;
import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.problem.ProblemException;
import io.plinth.transactions.Account;
import io.plinth.transactions.BatchMode;
import io.plinth.transactions.KeyedRequest;
import io.plinth.transactions.LedgerTransaction;
import io.plinth.transactions.Movement;
import io.plinth.transactions.NewAccount;
import io.plinth.transactions.Outcome;
import io.plinth.transactions.PageKey;
import io.plinth.transactions.TransactionRequest;
import io.plinth.transactions.TransactionRequest.Capture;
import io.plinth.transactions.TransactionRequest.Hold;
import io.plinth.transactions.TransactionRequest.Reversal;
import io.plinth.transactions.TransactionRequest.Transfer;
import io.plinth.transactions.TransactionRequest.Voiding;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/** Random sequences of every operation: the real ledger on a real database answers what a naive one in memory says. */
class LedgerPropertyTest {
    private static @Nullable LedgerFixture shared;

    @BeforeContainer
    static void start() throws Exception {
        if (System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64")) {
            shared = new LedgerFixture();
        }
    }

    @AfterContainer
    static void stop() throws Exception {
        if (shared != null) {
            shared.close();
        }
    }

    enum Operation {
        TRANSFER,
        HOLD,
        CAPTURE,
        VOID,
        REVERSE,
        REPEAT,
        REUSE_KEY,
        ATOMIC,
        INDEPENDENT,
        CLOSE,
        PASS_TIME
    }

    /** One step; what the numbers choose depends on the operation. */
    record Step(Operation operation, int one, int other, long amount) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Operation> operations = Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.just(Operation.TRANSFER)),
                Tuple.of(5, Arbitraries.just(Operation.HOLD)),
                Tuple.of(4, Arbitraries.just(Operation.CAPTURE)),
                Tuple.of(2, Arbitraries.just(Operation.PASS_TIME)),
                Tuple.of(10, Arbitraries.of(Operation.class)));
        return Combinators.combine(
                        operations,
                        Arbitraries.integers().between(0, 1_000),
                        Arbitraries.integers().between(0, 1_000),
                        Arbitraries.longs().between(1, 60))
                .as(Step::new)
                .list()
                .ofMinSize(5)
                .ofMaxSize(60);
    }

    @Property(tries = 40, shrinking = ShrinkingMode.BOUNDED)
    void theLedgerAnswersWhatTheModelSays(@ForAll("steps") List<Step> steps) {
        LedgerFixture fixture = shared;
        Assume.that(fixture != null);
        if (fixture != null) {
            Run run = new Run(fixture);
            steps.forEach(run::step);
            run.compareAll();
        }
    }

    /** One sequence. */
    private static final class Run {
        private final LedgerFixture fixture;
        private final JdbcLedger ledger;
        private LedgerModel model = new LedgerModel();
        private final List<String> accounts = new ArrayList<>();
        private final List<KeyedRequest> sent = new ArrayList<>();

        Run(LedgerFixture fixture) {
            this.fixture = fixture;
            this.ledger = fixture.ledger;
            open(ANNA, "EUR", 0L);
            open(BERT, "EUR", null);
            open(BERT, "EUR", 50L);
            open(ANNA, "USD", null);
            open(ANNA, "EUR", 0L);
        }

        private void open(String owner, String currency, @Nullable Long limit) {
            Account account = ledger.openAccount(SERVICE, new NewAccount(null, owner, currency, null, limit));
            model.opened(account);
            accounts.add(account.id());
        }

        void step(Step step) {
            switch (step.operation()) {
                case TRANSFER, HOLD, CAPTURE, VOID, REVERSE -> submit(new KeyedRequest(fixture.key(), request(step)));
                case REPEAT -> {
                    if (!sent.isEmpty()) {
                        submit(sent.get(step.one() % sent.size()));
                    }
                }
                case REUSE_KEY -> {
                    if (!sent.isEmpty()) {
                        submit(new KeyedRequest(
                                sent.get(step.one() % sent.size()).key(), payment(step)));
                    }
                }
                case ATOMIC -> atomic(batch(step));
                case INDEPENDENT -> independent(batch(step));
                case CLOSE -> close(accounts.get(step.one() % accounts.size()));
                case PASS_TIME -> passTime(step);
            }
        }

        private void passTime(Step step) {
            fixture.clock.advance(Duration.ofSeconds(step.amount()));
            if (step.one() % 2 == 0) {
                ledger.expireNow();
                model.expire(now());
            }
        }

        private TransactionRequest request(Step step) {
            Long part = step.other() % 2 == 0 ? null : (Long) step.amount();
            return switch (step.operation()) {
                case CAPTURE -> new Capture(original(step), part);
                case VOID -> new Voiding(original(step));
                case REVERSE -> new Reversal(original(step), part);
                default -> payment(step);
            };
        }

        /** Mostly one of the newest, which are the most likely to be open. */
        private String original(Step step) {
            List<String> ids = model.journal().stream()
                    .map(LedgerTransaction::id)
                    .filter(id -> !id.equals("expiry"))
                    .toList();
            return ids.isEmpty() || step.one() % 20 == 0
                    ? "01900000-0000-7000-8000-000000000000"
                    : ids.get(ids.size() - 1 - step.one() % Math.min(6, ids.size()));
        }

        private TransactionRequest payment(Step step) {
            String debit = accounts.get(step.one() % accounts.size());
            String credit = accounts.get(step.other() % accounts.size());
            String currency = step.one() % 7 == 0 ? "USD" : "EUR";
            if (step.operation() != Operation.HOLD) {
                return new Transfer(debit, credit, step.amount(), currency, null, null);
            }
            Instant expiresAt = step.other() % 3 == 0 ? null : now().plusSeconds(step.amount() % 40);
            return new Hold(debit, credit, step.amount(), currency, null, null, expiresAt);
        }

        private List<KeyedRequest> batch(Step step) {
            List<KeyedRequest> batch = new ArrayList<>();
            for (int i = 0; i <= step.one() % 5; i++) {
                Operation kind = (step.other() + i) % 3 == 0 ? Operation.HOLD : Operation.TRANSFER;
                // Holds of a batch have no end, so that none of them is malformed.
                Step item = new Step(kind, step.one() + i, (step.other() + i) * 3, 1 + (step.amount() * (i + 1)) % 40);
                boolean isRepeat = i > 0 && (step.one() + i) % 4 == 0;
                batch.add(isRepeat ? batch.get(0) : new KeyedRequest(fixture.key(), payment(item)));
            }
            return batch;
        }

        private void submit(KeyedRequest request) {
            String verdict;
            String id = "none";
            try {
                Outcome outcome = ledger.submit(SERVICE, request);
                verdict = verdict(outcome);
                id = id(outcome);
            } catch (ProblemException problem) {
                verdict = problem.type().name();
            }
            assertThat(verdict)
                    .as("%s", request.request())
                    .isEqualTo(model.submit(request.key(), request.request(), now(), id));
            sent.add(request);
            compareBalances();
        }

        private void independent(List<KeyedRequest> batch) {
            List<Outcome> outcomes = ledger.submitBatch(SERVICE, BatchMode.INDEPENDENT, batch);
            for (int i = 0; i < batch.size(); i++) {
                KeyedRequest item = batch.get(i);
                assertThat(verdict(outcomes.get(i)))
                        .as("item %s: %s", i, item.request())
                        .isEqualTo(model.submit(item.key(), item.request(), now(), id(outcomes.get(i))));
            }
            sent.addAll(batch);
            compareBalances();
        }

        private void atomic(List<KeyedRequest> batch) {
            List<Outcome> outcomes;
            try {
                outcomes = ledger.submitBatch(SERVICE, BatchMode.ATOMIC, batch);
            } catch (ProblemException refused) {
                LedgerModel trial = model.copy();
                int item = 0;
                while (trial.submit(batch.get(item).key(), batch.get(item).request(), now(), "trial-" + item)
                        .startsWith("ok")) {
                    item++;
                }
                assertThat(refused.type().name()).isEqualTo("batch-refused");
                assertThat(refused.errors().get(0).field()).isEqualTo("items[" + item + "]");
                compareBalances();
                return;
            }
            for (int i = 0; i < batch.size(); i++) {
                KeyedRequest item = batch.get(i);
                assertThat(model.submit(item.key(), item.request(), now(), id(outcomes.get(i))))
                        .as("item %s: %s", i, item.request())
                        .isEqualTo(verdict(outcomes.get(i)))
                        .startsWith("ok");
            }
            sent.addAll(batch);
            compareBalances();
        }

        private void close(String accountId) {
            String verdict;
            try {
                ledger.closeAccount(SERVICE, accountId);
                verdict = "ok";
            } catch (ProblemException problem) {
                verdict = problem.type().name();
            }
            assertThat(verdict).isEqualTo(model.close(accountId));
        }

        private static String verdict(Outcome outcome) {
            return LedgerFixture.verdict(outcome) + (outcome.isReplayed() ? " again" : "");
        }

        private static String id(Outcome outcome) {
            return outcome instanceof Outcome.Done done ? done.transaction().id() : "none";
        }

        private void compareBalances() {
            for (String id : accounts) {
                Account account = ledger.findAccount(SERVICE, id).orElseThrow();
                assertThat(account.balance()).isEqualTo(model.balance(id));
            }
        }

        void compareAll() {
            compareBalances();
            for (LedgerTransaction expected : model.journal()) {
                if (!expected.id().equals("expiry")) {
                    LedgerTransaction found =
                            ledger.findTransaction(SERVICE, expected.id()).orElseThrow();
                    assertThat(found.status()).as("%s", expected).isEqualTo(model.status(expected));
                    assertThat(found)
                            .usingRecursiveComparison()
                            .ignoringFields("status")
                            .isEqualTo(expected);
                }
            }
            for (Account account : model.accounts()) {
                compareStatement(account.id());
                assertThat(ledger.findAccount(SERVICE, account.id())
                                .orElseThrow()
                                .status())
                        .isEqualTo(account.status());
            }
        }

        private void compareStatement(String accountId) {
            List<Movement> statement = ledger.statement(
                            SERVICE, accountId, Optional.empty(), Optional.empty(), new PageKey(200, Optional.empty()))
                    .items();
            List<LedgerTransaction> expected = model.journal().stream()
                    .filter(made -> made.kind().movesMoney())
                    .filter(made -> made.debitAccountId().equals(accountId)
                            || made.creditAccountId().equals(accountId))
                    .toList();
            assertThat(statement).hasSameSizeAs(expected);
            long balance = 0;
            for (int i = 0; i < statement.size(); i++) {
                Movement movement = statement.get(i);
                LedgerTransaction made = expected.get(i);
                balance += made.creditAccountId().equals(accountId) ? made.amount() : -made.amount();
                assertThat(movement.sequence()).isEqualTo(i + 1);
                assertThat(movement.transactionId()).isEqualTo(made.id());
                assertThat(movement.balanceAfter()).isEqualTo(balance);
            }
        }

        private Instant now() {
            return fixture.clock.instant().truncatedTo(ChronoUnit.MICROS);
        }
    }
}
