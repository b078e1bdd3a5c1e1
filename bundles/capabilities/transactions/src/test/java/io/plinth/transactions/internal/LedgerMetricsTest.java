package io.plinth.transactions.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plinth.health.Health;
import io.plinth.problem.ProblemException;
import io.plinth.problem.ProblemType;
import io.plinth.transactions.Initiator;
import io.plinth.transactions.KeyedRequest;
import io.plinth.transactions.LedgerTransaction;
import io.plinth.transactions.Outcome;
import io.plinth.transactions.Refusal;
import io.plinth.transactions.TransactionKind;
import io.plinth.transactions.TransactionRequest;
import io.plinth.transactions.TransactionRequest.Capture;
import io.plinth.transactions.TransactionRequest.Hold;
import io.plinth.transactions.TransactionRequest.Reversal;
import io.plinth.transactions.TransactionRequest.Transfer;
import io.plinth.transactions.TransactionRequest.Voiding;
import io.plinth.transactions.TransactionStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LedgerMetricsTest {
    private static final Transfer TRANSFER = new Transfer("a", "b", 1, "EUR", null, null);
    private static final Hold HOLD = new Hold("a", "b", 1, "EUR", null, null, null);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final LedgerMetrics metrics = new LedgerMetrics(registry, "1.0.0");

    private static Command command(TransactionRequest request) {
        return Command.FromClient.of(
                new Initiator("client", Optional.empty(), true), new KeyedRequest("key", request), Instant.EPOCH);
    }

    private static Answer done(boolean isReplayed) {
        LedgerTransaction transaction = new LedgerTransaction(
                "id",
                TransactionKind.TRANSFER,
                TransactionStatus.POSTED,
                "a",
                "b",
                1,
                "EUR",
                null,
                null,
                null,
                null,
                Instant.EPOCH);
        return new Answer.Settled(new Outcome.Done(transaction, isReplayed));
    }

    private static Answer refused() {
        Refusal refusal = new Refusal(new ProblemType("no", 422, "No"), "No.", List.of());
        return new Answer.Settled(new Outcome.Refused(refusal, false));
    }

    private void commit(Unit unit, Answer... answers) {
        metrics.measuring(units -> List.of(List.of(answers))).apply(List.of(unit));
    }

    private double count(String kind, String outcome) {
        return registry.get(LedgerMetrics.COMMITTED)
                .tags("kind", kind, "outcome", outcome)
                .counter()
                .count();
    }

    @Test
    void countsByKindAndOutcome() {
        assertThat(count("expiry", "done")).as("there before the first").isZero();
        commit(Unit.of(command(TRANSFER)), done(false));
        commit(Unit.of(command(HOLD)), refused());
        commit(Unit.of(command(new Capture("id", null))), done(false));
        commit(Unit.of(command(new Voiding("id"))), done(false));
        commit(Unit.of(command(new Reversal("id", null))), refused());
        commit(Unit.of(new Command.Expire(new UUID(0, 0))), done(false));
        for (String kind : List.of("transfer", "capture", "void", "expiry")) {
            assertThat(count(kind, "done")).as(kind).isEqualTo(1);
            assertThat(count(kind, "refused")).as(kind).isZero();
        }
        for (String kind : List.of("hold", "reversal")) {
            assertThat(count(kind, "done")).as(kind).isZero();
            assertThat(count(kind, "refused")).as(kind).isEqualTo(1);
        }
        assertThat(registry.get(LedgerMetrics.COMMIT).timer().count()).isEqualTo(6);
    }

    @Test
    void countsNothingTwiceAndNothingUndone() {
        commit(Unit.of(command(TRANSFER)), done(true));
        commit(
                Unit.of(command(TRANSFER)),
                new Answer.Failed(ProblemException.notFound("There is no such transaction.")));
        Unit batch = new Unit(List.of(command(TRANSFER), command(TRANSFER), command(HOLD)), true);
        commit(batch, done(false), refused());
        commit(batch, done(false), done(false), refused());
        assertThat(count("transfer", "done") + count("transfer", "refused")).isZero();
        commit(batch, done(false), done(false), done(false));
        assertThat(count("transfer", "done")).isEqualTo(2);
        assertThat(count("hold", "done")).isEqualTo(1);
        assertThat(registry.get(LedgerMetrics.BATCH_SIZE).summary().max()).isEqualTo(3);
    }

    @Test
    void measuresNothingThatFails() {
        assertThatThrownBy(() -> metrics.measuring(units -> {
                            throw new IllegalStateException("away");
                        })
                        .apply(List.of(Unit.of(command(TRANSFER)))))
                .hasMessage("away");
        assertThat(registry.get(LedgerMetrics.COMMIT).timer().count()).isZero();
    }

    /** During an upgrade there are two versions, and the one that goes must leave the other's meters alone. */
    @Test
    void belongsToAVersion() {
        LedgerMetrics next = new LedgerMetrics(registry, "1.1.0");
        next.watch(() -> 7);
        metrics.watch(() -> 3);
        metrics.close();
        assertThat(registry.get(LedgerMetrics.QUEUE_DEPTH).gauge().value()).isEqualTo(7);
        assertThat(count("hold", "done")).isZero();
        next.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void showsViolations() {
        metrics.watchViolations(() -> 5);
        assertThat(registry.get(LedgerMetrics.VIOLATIONS).gauge().value()).isEqualTo(5);
        metrics.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void healthNamesWhatStandsStill() {
        assertThat(health(0, Duration.ZERO)).isEqualTo(Health.UP);
        assertThat(health(0, LedgerHealth.WAIT_MAX)).isEqualTo(Health.UP);
        assertThat(health(0, Duration.ofSeconds(11)).reason()).contains("11 s", "PROCESSLIST");
        assertThat(health(1, Duration.ZERO).reason()).contains(": 1.", "log");
    }

    private static Health health(int stopped, Duration oldestWait) {
        return new LedgerHealth(new CommitterState() {
                    @Override
                    public int stopped() {
                        return stopped;
                    }

                    @Override
                    public Duration oldestWait() {
                        return oldestWait;
                    }
                })
                .check();
    }
}
