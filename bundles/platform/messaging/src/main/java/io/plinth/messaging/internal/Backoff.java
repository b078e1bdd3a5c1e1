package io.plinth.messaging.internal;

import java.util.random.RandomGenerator;

/** Waits that double from 100 ms to 30 s, each varied by a fifth, so that servers do not come back all at once. */
final class Backoff {
    static final long FIRST_MILLIS = 100;
    static final long LAST_MILLIS = 30_000;

    private final RandomGenerator random;
    private long nextMillis = FIRST_MILLIS;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    long nextMillis() {
        long millis = nextMillis;
        nextMillis = Math.min(LAST_MILLIS, millis * 2);
        return Math.round(millis * random.nextDouble(0.8, 1.2));
    }

    void reset() {
        nextMillis = FIRST_MILLIS;
    }
}
