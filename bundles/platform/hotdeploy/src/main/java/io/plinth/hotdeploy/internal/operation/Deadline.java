package io.plinth.hotdeploy.internal.operation;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * When an operation must be over. Each of its waits has a limit of its own, but all of them together could be several times
 * too long; so each is cut to what is left. Some time is kept back, so that what fails at the last moment can still be taken
 * back in time. For one thread.
 */
final class Deadline {
    private final LongSupplier nanoTime;
    private final long limitMillis;
    private long atNanos;
    private long reserveMillis;

    /**
     * Begins now.
     *
     * @param limitMillis for all, more than the reserve
     * @param reserveMillis kept for taking back
     * @param nanoTime as {@link System#nanoTime}
     */
    Deadline(long limitMillis, long reserveMillis, LongSupplier nanoTime) {
        if (reserveMillis < 0 || limitMillis <= reserveMillis) {
            throw new IllegalArgumentException("a limit of " + limitMillis + " ms keeps no " + reserveMillis + " ms");
        }
        this.nanoTime = nanoTime;
        this.limitMillis = limitMillis;
        this.reserveMillis = reserveMillis;
        begin();
    }

    /** Begins anew: what waited for its turn has all of its time before it. */
    void begin() {
        atNanos = nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(limitMillis);
    }

    /** None, for what waits as long as it may: the start of the server. */
    static Deadline none() {
        return new Deadline(TimeUnit.DAYS.toMillis(365), 0, System::nanoTime);
    }

    /** How long a wait may be that would be so long by its own limit; at least 1, since 0 is without end to a thread. */
    long atMost(long millis) {
        return Math.max(1, Math.min(millis, leftMillis()));
    }

    /** Whether there is nothing left but the reserve. */
    boolean isOver() {
        return leftMillis() <= 0;
    }

    private long leftMillis() {
        return TimeUnit.NANOSECONDS.toMillis(atNanos - nanoTime.getAsLong()) - reserveMillis;
    }

    /** From here on things are taken back, in all the time that is left. */
    void spendReserve() {
        reserveMillis = 0;
    }

    /** Moves it, for a wait that was asked for and does not count. */
    void extend(long millis) {
        atNanos += TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
