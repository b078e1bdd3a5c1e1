package io.plinth.transactions.internal;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.plinth.transactions.Outcome;
import io.plinth.transactions.TransactionKind;
import io.plinth.transactions.TransactionRequest;
import io.plinth.transactions.TransactionRequest.Capture;
import io.plinth.transactions.TransactionRequest.Hold;
import io.plinth.transactions.TransactionRequest.Transfer;
import io.plinth.transactions.TransactionRequest.Voiding;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** Metrics of the ledger; exported as {@code plinth_transactions_committed_total} and so on. */
final class LedgerMetrics implements AutoCloseable {
    static final String COMMITTED = "plinth.transactions.committed";
    static final String COMMIT = "plinth.transactions.commit";
    static final String BATCH_SIZE = "plinth.transactions.batch.size";
    static final String QUEUE_DEPTH = "plinth.transactions.queue.depth";
    static final String VIOLATIONS = "plinth.ledger.violations";
    private static final String TAG_KIND = "kind";
    private static final String TAG_OUTCOME = "outcome";
    private static final String TAG_VERSION = "version";

    private final MeterRegistry registry;
    private final String version;
    private final Map<TransactionKind, Counter> done = new EnumMap<>(TransactionKind.class);
    private final Map<TransactionKind, Counter> refused = new EnumMap<>(TransactionKind.class);
    private final Timer commit;
    private final DistributionSummary batchSize;
    private final List<Meter> meters = new ArrayList<>();

    /**
     * Makes all meters but that of the queue.
     *
     * @param version of this bundle. Two of them run side by side during an upgrade; with the same meters, the one that goes
     *     would take those of the other with it
     */
    LedgerMetrics(MeterRegistry registry, String version) {
        this.registry = registry;
        this.version = version;
        for (TransactionKind kind : TransactionKind.values()) {
            done.put(kind, committed(kind, "done"));
            refused.put(kind, committed(kind, "refused"));
        }
        commit = keep(Timer.builder(COMMIT)
                .description("How long one database transaction took that committed requests, from lock to commit")
                .tag(TAG_VERSION, version)
                .publishPercentileHistogram()
                .register(registry));
        batchSize = keep(DistributionSummary.builder(BATCH_SIZE)
                .description("Requests that one database transaction committed")
                .tag(TAG_VERSION, version)
                .baseUnit("requests")
                .register(registry));
    }

    /** @param queueDepth requests that wait for a committer now */
    void watch(IntSupplier queueDepth) {
        keep(Gauge.builder(QUEUE_DEPTH, queueDepth::getAsInt)
                .description("Requests that wait for a committer")
                .tag(TAG_VERSION, version)
                .register(registry));
    }

    /** @param violations that the check in the background has found; anything but 0 is an alarm */
    void watchViolations(LongSupplier violations) {
        keep(Gauge.builder(VIOLATIONS, violations::getAsLong)
                .description("What is wrong in the ledger, as the check in the background finds it; must be 0")
                .tag(TAG_VERSION, version)
                .register(registry));
    }

    /** The same commit, measured. What fails is measured nowhere: it is tried again, and 5xx answers are counted elsewhere. */
    Function<List<Unit>, List<List<Answer>>> measuring(Function<List<Unit>, List<List<Answer>>> work) {
        return units -> {
            long startNanos = System.nanoTime();
            List<List<Answer>> answers = work.apply(units);
            commit.record(System.nanoTime() - startNanos, TimeUnit.NANOSECONDS);
            batchSize.record(
                    units.stream().mapToInt(unit -> unit.commands().size()).sum());
            for (int i = 0; i < units.size(); i++) {
                count(units.get(i), answers.get(i));
            }
            return answers;
        };
    }

    private void count(Unit unit, List<Answer> answers) {
        if (unit.isAtomic() && !isDone(answers.get(answers.size() - 1))) {
            // Nothing of it was done, whatever its first items would have been.
            return;
        }
        for (int i = 0; i < answers.size(); i++) {
            if (answers.get(i) instanceof Answer.Settled settled
                    && !settled.outcome().isReplayed()) {
                count(isDone(settled) ? done : refused, kind(unit.commands().get(i)));
            }
        }
    }

    private static boolean isDone(Answer answer) {
        return answer instanceof Answer.Settled settled && settled.outcome() instanceof Outcome.Done;
    }

    private static TransactionKind kind(Command command) {
        if (!(command instanceof Command.FromClient fromClient)) {
            return TransactionKind.EXPIRY;
        }
        TransactionRequest request = fromClient.request();
        if (request instanceof Transfer) {
            return TransactionKind.TRANSFER;
        }
        if (request instanceof Hold) {
            return TransactionKind.HOLD;
        }
        if (request instanceof Capture) {
            return TransactionKind.CAPTURE;
        }
        return request instanceof Voiding ? TransactionKind.VOID : TransactionKind.REVERSAL;
    }

    @Override
    public void close() {
        meters.forEach(registry::remove);
    }

    private Counter committed(TransactionKind kind, String outcome) {
        return keep(Counter.builder(COMMITTED)
                .description("Requests that were decided; answers given again are not counted")
                .tags(TAG_KIND, kind.kindName(), TAG_OUTCOME, outcome, TAG_VERSION, version)
                .register(registry));
    }

    private static void count(Map<TransactionKind, Counter> counters, TransactionKind kind) {
        Counter counter = counters.get(kind);
        if (counter != null) {
            counter.increment();
        }
    }

    private <T extends Meter> T keep(T meter) {
        meters.add(meter);
        return meter;
    }
}
