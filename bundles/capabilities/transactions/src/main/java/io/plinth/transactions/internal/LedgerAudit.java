package io.plinth.transactions.internal;

import io.plinth.transactions.LedgerCheck;
import io.plinth.tx.Transactions;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the ledger in the background, on one thread that rests longer than it works: seals new entries, and checks the
 * whole ledger again and again. What it finds is an ERROR in the log and a metric.
 */
final class LedgerAudit implements AutoCloseable {
    /** So that sealing keeps up with what a quarter of a core can seal, and the check takes a tenth of one at most. */
    private static final int SEAL_REST_TIMES = 3;

    private static final int CHECK_REST_TIMES = 9;
    private static final int NAMED_MAX = 10;
    /** Work in one go: requests that come meanwhile share the processors with it. */
    private static final long SEAL_NANOS_MAX = Duration.ofMillis(50).toNanos();

    private static final long STOP_SECONDS = 20;
    private static final Logger LOG = LoggerFactory.getLogger(LedgerAudit.class);

    private final Transactions transactions;
    private final byte[] key;
    private final Sealer sealer;
    private final Duration sealInterval;
    private final Duration checkInterval;
    private final ScheduledThreadPoolExecutor worker = worker();
    private LedgerChecker running;
    private volatile long lastCount;
    private volatile long runningCount;

    /**
     * Starts nothing yet.
     *
     * @param sealInterval between two looks for entries that are not sealed
     * @param checkInterval between two steps of the check, each of some accounts or transactions
     */
    LedgerAudit(Transactions transactions, Clock clock, byte[] key, Duration sealInterval, Duration checkInterval) {
        this.transactions = transactions;
        this.key = key.clone();
        this.sealer = new Sealer(transactions, clock, key);
        this.sealInterval = sealInterval;
        this.checkInterval = checkInterval;
        this.running = new LedgerChecker(transactions, key);
    }

    private static ScheduledThreadPoolExecutor worker() {
        ScheduledThreadPoolExecutor worker = new ScheduledThreadPoolExecutor(
                1,
                task -> {
                    Thread thread = new Thread(task, "plinth-ledger-audit");
                    thread.setDaemon(true);
                    return thread;
                },
                // What would come next when it is closed is not to come.
                new ThreadPoolExecutor.DiscardPolicy());
        worker.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return worker;
    }

    void start() {
        schedule("seal entries", this::seal, SEAL_REST_TIMES, sealInterval, sealInterval.toNanos());
        schedule("check itself", this::checkMore, CHECK_REST_TIMES, checkInterval, checkInterval.toNanos());
    }

    /** @param step does a part, and tells whether the next one is due after the rest alone, without the interval */
    private void schedule(String what, BooleanSupplier step, int restTimes, Duration interval, long waitNanos) {
        worker.schedule(
                () -> {
                    long start = System.nanoTime();
                    AtomicBoolean isMore = new AtomicBoolean();
                    Housekeeping.lasting(what, () -> isMore.set(step.getAsBoolean()))
                            .run();
                    long restNanos = (System.nanoTime() - start) * restTimes;
                    long leastNanos = isMore.get() ? 0 : interval.toNanos();
                    schedule(what, step, restTimes, interval, Math.max(restNanos, leastNanos));
                },
                waitNanos,
                TimeUnit.NANOSECONDS);
    }

    /** All accounts once, as far as that is quickly done. */
    private boolean seal() {
        long deadline = System.nanoTime() + SEAL_NANOS_MAX;
        boolean isMore = true;
        while (isMore && System.nanoTime() < deadline) {
            isMore = sealer.step();
        }
        return isMore;
    }

    private boolean checkMore() {
        step();
        // A check is never in a hurry: as soon as it ends, the next one begins.
        return false;
    }

    /** Violations that the last whole check found, or the running one if it has found more. */
    long violationCount() {
        return Math.max(lastCount, runningCount);
    }

    /** Seals all that can be sealed now. */
    void sealNow() {
        boolean isMore = true;
        while (isMore) {
            isMore = sealer.step();
        }
    }

    /** Takes the running check to its end. */
    void checkNow() {
        boolean isMore = true;
        while (isMore) {
            isMore = step();
        }
    }

    private synchronized boolean step() {
        boolean isMore = running.step();
        LedgerCheck found = running.found();
        if (found.violationCount() > 0 && runningCount == 0) {
            LOG.error(
                    "The ledger is NOT balanced. Take no money out, keep a copy of the database, and ask GET"
                            + " /api/v1/ledger/check for all of it. Found first: {}",
                    found.violations().stream().limit(NAMED_MAX).toList());
        }
        runningCount = found.violationCount();
        if (!isMore) {
            lastCount = runningCount;
            runningCount = 0;
            running = new LedgerChecker(transactions, key);
            LOG.debug(
                    "The ledger was checked: {} accounts, {} transactions, {} violations.",
                    found.accounts(),
                    found.transactions(),
                    lastCount);
        }
        return isMore;
    }

    @Override
    public void close() {
        worker.shutdown();
        try {
            if (!worker.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("The audit of the ledger still waits for the database and is left to itself.");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
