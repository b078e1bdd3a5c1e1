package io.plinth.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All requests of a run: for whom, when they should have left, how long they took. */
final class Samples {
    private final Map<String, Series> byCapability = new HashMap<>();

    /** Requests of one capability; times in nanoseconds of {@link System#nanoTime}. */
    private static final class Series {
        private long[] intendedNanos = new long[1 << 16];
        private long[] tookNanos = new long[1 << 16];
        private int size;
        private long failures;

        void add(long intended, long took, boolean failed) {
            if (size == intendedNanos.length) {
                intendedNanos = Arrays.copyOf(intendedNanos, size * 2);
                tookNanos = Arrays.copyOf(tookNanos, size * 2);
            }
            intendedNanos[size] = intended;
            tookNanos[size++] = took;
            failures += failed ? 1 : 0;
        }
    }

    /** Which moments count. */
    interface Window {
        boolean holds(long nanos);
    }

    /** What was measured in a window. */
    record Summary(int requests, double p50Millis, double p99Millis, double maxMillis) {}

    synchronized void add(String capability, long intendedNanos, long endNanos, boolean failed) {
        byCapability.computeIfAbsent(capability, unseen -> new Series()).add(intendedNanos, endNanos - intendedNanos, failed);
    }

    synchronized List<String> capabilities() {
        return byCapability.keySet().stream().sorted().toList();
    }

    synchronized long requests() {
        return byCapability.values().stream().mapToLong(series -> series.size).sum();
    }

    synchronized long failures() {
        return byCapability.values().stream().mapToLong(series -> series.failures).sum();
    }

    /** What of the capabilities falls into the window. */
    synchronized Summary summary(List<String> capabilities, Window window) {
        List<long[]> parts = new ArrayList<>();
        for (String capability : capabilities) {
            Series series = byCapability.get(capability);
            if (series != null) {
                long[] took = new long[series.size];
                int count = 0;
                for (int i = 0; i < series.size; i++) {
                    if (window.holds(series.intendedNanos[i])) {
                        took[count++] = series.tookNanos[i];
                    }
                }
                parts.add(Arrays.copyOf(took, count));
            }
        }
        long[] all = parts.stream().flatMapToLong(Arrays::stream).sorted().toArray();
        return new Summary(all.length, quantileMillis(all, 0.5), quantileMillis(all, 0.99), quantileMillis(all, 1));
    }

    private static double quantileMillis(long[] sorted, double quantile) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int index = (int) Math.ceil(sorted.length * quantile) - 1;
        return sorted[Math.max(0, index)] / 1e6;
    }
}
