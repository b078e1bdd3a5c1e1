package io.plinth.transactions.internal;

import io.plinth.problem.ProblemException;
import io.plinth.tx.Transactions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has to be done though nobody asks for it: holds whose time is over are ended, and old idempotency keys removed. Every
 * server does it; the ledger sees to it that a hold ends only once.
 */
final class Housekeeping implements AutoCloseable {
    /** Holds ended in one go; one second later the next ones are due, if there are more. */
    private static final int HOLDS_MAX = 1_000;

    private static final int HOLD_ROUNDS_MAX = 10;
    private static final int KEYS_MAX = 1_000;
    private static final int KEY_ROUNDS_MAX = 60;
    private static final Duration KEY_INTERVAL = Duration.ofMinutes(1);
    private static final long STOP_SECONDS = 20;
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    private final Transactions transactions;
    private final Clock clock;
    private final Committer committer;
    private final Duration expiryInterval;
    private final Duration keyRetention;
    private final ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "plinth-ledger-housekeeping");
        thread.setDaemon(true);
        return thread;
    });

    Housekeeping(
            Transactions transactions,
            Clock clock,
            Committer committer,
            Duration expiryInterval,
            Duration keyRetention) {
        this.transactions = transactions;
        this.clock = clock;
        this.committer = committer;
        this.expiryInterval = expiryInterval;
        this.keyRetention = keyRetention;
    }

    void start() {
        schedule("expire holds", this::expire, expiryInterval);
        schedule("remove old idempotency keys", this::removeOldKeys, KEY_INTERVAL);
    }

    private void schedule(String what, Runnable task, Duration interval) {
        worker.scheduleWithFixedDelay(
                lasting(what, task), interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The same task, which never throws: an exception would end its schedule for good. */
    static Runnable lasting(String what, Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (ProblemException away) {
                LOG.debug("The ledger could not {} and tries again: {}", what, away.detail());
            } catch (RuntimeException failure) {
                LOG.error("The ledger could not {} and tries again soon.", what, failure);
            }
        };
    }

    /** Ends the holds whose time is over. */
    void expire() {
        for (int round = 0; round < HOLD_ROUNDS_MAX; round++) {
            Instant now = clock.instant();
            List<UUID> over = transactions.read(
                    JdbcWork.of(transaction -> HoldTable.over(transaction.connection(), now, HOLDS_MAX)));
            if (!over.isEmpty()) {
                List<Unit> units =
                        over.stream().map(id -> Unit.of(new Command.Expire(id))).toList();
                committer.submit(units);
            }
            if (over.size() < HOLDS_MAX) {
                return;
            }
        }
    }

    /** Removes keys that are too old, in steps so small that they hold nobody up. */
    void removeOldKeys() {
        Instant before = clock.instant().minus(keyRetention);
        for (int round = 0; round < KEY_ROUNDS_MAX; round++) {
            int removed = transactions.write(
                    JdbcWork.of(transaction -> KeyTable.deleteBefore(transaction.connection(), before, KEYS_MAX)));
            if (removed < KEYS_MAX) {
                return;
            }
        }
    }

    @Override
    public void close() {
        worker.shutdown();
        try {
            if (!worker.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("The housekeeping of the ledger still waits for the database and is left to itself.");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
