package io.plinth.monitoring.internal.health;

import io.plinth.health.Health;
import io.plinth.health.HealthCheck;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One check, asked at most once at a time: callers share a run, a result is used again for a while, and a run that hangs
 * holds one thread, however often it is asked for.
 */
final class TimedCheck {
    private static final Logger LOG = LoggerFactory.getLogger(TimedCheck.class);

    private final HealthCheck check;
    private final String name;
    private final boolean isLiveness;
    private final Executor pool;
    private final LongSupplier nanoTime;
    private final Duration reuse;
    private @Nullable CompletableFuture<Health> run;
    private long startedAt;
    private long endedAt;

    TimedCheck(HealthCheck check, Executor pool, LongSupplier nanoTime, Duration reuse) {
        this.check = check;
        // Asked once: the check of a capability that has no version at the moment answers nothing without waiting.
        this.name = check.name();
        this.isLiveness = check.isLiveness();
        this.pool = pool;
        this.nanoTime = nanoTime;
        this.reuse = reuse;
    }

    String name() {
        return name;
    }

    boolean isLiveness() {
        return isLiveness;
    }

    /** The run that is under way, the last one while it is fresh, or else a new one. */
    synchronized CompletableFuture<Health> ask() {
        CompletableFuture<Health> current = run;
        if (current != null && (!current.isDone() || nanoTime.getAsLong() - endedAt < reuse.toNanos())) {
            return current;
        }
        CompletableFuture<Health> next = new CompletableFuture<>();
        run = next;
        startedAt = nanoTime.getAsLong();
        try {
            pool.execute(() -> end(next, answer()));
        } catch (RejectedExecutionException allHang) {
            run = null;
            next.complete(Health.down("was not asked: other health checks hang and hold all threads"));
        }
        return next;
    }

    /** How long the run that is under way has been so. */
    synchronized Duration runningFor() {
        return Duration.ofNanos(nanoTime.getAsLong() - startedAt);
    }

    private synchronized void end(CompletableFuture<Health> ended, Health health) {
        endedAt = nanoTime.getAsLong();
        ended.complete(health);
    }

    private Health answer() {
        try {
            return check.check();
        } catch (RuntimeException | LinkageError failed) {
            // A check of a bundle that is just going away may meet classes that are gone.
            LOG.warn("Health check {} failed", check.getClass().getName(), failed);
            return Health.down(
                    "the check itself failed with " + failed.getClass().getSimpleName() + "; see the log");
        }
    }
}
