package io.plinth.hotdeploy.internal.leak;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/** Collects garbage for whoever asks, never more often than once an interval. */
final class ForcedCollection {
    private final Runnable collector;
    private final long intervalNanos;
    private final ReentrantLock turn = new ReentrantLock();
    private final AtomicLong begun = new AtomicLong();
    private long endedNanos;

    ForcedCollection(Runnable collector, Duration interval) {
        this.collector = collector;
        this.intervalNanos = interval.toNanos();
        this.endedNanos = System.nanoTime() - intervalNanos;
    }

    /** Returns after a collection that began after this call; callers that wait at the same time share one. */
    void collect() throws InterruptedException {
        long before = begun.get();
        turn.lockInterruptibly();
        try {
            if (begun.get() != before) {
                return;
            }
            TimeUnit.NANOSECONDS.sleep(intervalNanos - (System.nanoTime() - endedNanos));
            begun.incrementAndGet();
            collector.run();
            endedNanos = System.nanoTime();
        } finally {
            turn.unlock();
        }
    }
}
