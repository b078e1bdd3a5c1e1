package io.plinth.gateway.internal;

import io.plinth.gateway.RequestRouter.Histogram;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts of durations from 10 µs to 100 s in buckets that grow by a tenth; what is shorter or longer is in the first or the
 * last one.
 */
final class DurationHistogram {
    private static final double GROWTH = 1.1;
    private static final double LOG_GROWTH = Math.log(GROWTH);
    private static final long FIRST_BOUND_NANOS = 10_000;
    private static final long LAST_BOUND_NANOS = 100_000_000_000L;
    private static final long[] BOUNDS_NANOS = bounds();

    private final AtomicLongArray counts = new AtomicLongArray(BOUNDS_NANOS.length);

    private static long[] bounds() {
        int buckets = 1 + (int) Math.ceil(Math.log((double) LAST_BOUND_NANOS / FIRST_BOUND_NANOS) / LOG_GROWTH);
        long[] bounds = new long[buckets];
        for (int i = 0; i < buckets; i++) {
            bounds[i] = Math.min(LAST_BOUND_NANOS, Math.round(FIRST_BOUND_NANOS * Math.pow(GROWTH, i)));
        }
        return bounds;
    }

    void record(long nanos) {
        counts.incrementAndGet(bucket(nanos));
    }

    /** The first bucket whose bound is not below the duration. The logarithm may be off by one at a bound. */
    private static int bucket(long nanos) {
        if (nanos <= FIRST_BOUND_NANOS) {
            return 0;
        }
        int last = BOUNDS_NANOS.length - 1;
        int bucket = (int) Math.min(last, Math.ceil(Math.log((double) nanos / FIRST_BOUND_NANOS) / LOG_GROWTH));
        if (bucket > 0 && BOUNDS_NANOS[bucket - 1] >= nanos) {
            return bucket - 1;
        }
        return bucket < last && BOUNDS_NANOS[bucket] < nanos ? bucket + 1 : bucket;
    }

    Snapshot snapshot() {
        long[] copy = new long[counts.length()];
        Arrays.setAll(copy, counts::get);
        return new Snapshot(copy);
    }

    /** What was counted at one moment. */
    static final class Snapshot implements Histogram {
        private final long[] counts;

        private Snapshot(long[] counts) {
            this.counts = counts;
        }

        long total() {
            return Arrays.stream(counts).sum();
        }

        @Override
        public Histogram since(Histogram earlier) {
            if (!(earlier instanceof Snapshot before)) {
                throw new IllegalArgumentException("Not a snapshot of this router: " + earlier);
            }
            long[] difference = new long[counts.length];
            Arrays.setAll(difference, i -> Math.max(0, counts[i] - before.counts[i]));
            return new Snapshot(difference);
        }

        @Override
        public long quantileNanos(double quantile) {
            if (!(quantile >= 0 && quantile <= 1)) {
                throw new IllegalArgumentException("A quantile is from 0 to 1: " + quantile);
            }
            long rank = Math.max(1, (long) Math.ceil(quantile * total()));
            long seen = 0;
            for (int i = 0; i < counts.length; i++) {
                seen += counts[i];
                if (seen >= rank) {
                    return BOUNDS_NANOS[i];
                }
            }
            return 0;
        }
    }
}
