package io.plinth.bench;

import java.util.ArrayList;
import java.util.List;

/** When something was going on: so that requests can be told apart by it. */
final class Timeline {
    private static final long HALF_SECOND_NANOS = 500_000_000L;
    private static final long SETTLE_NANOS = 1_000_000_000L;

    private final List<Span> operations = new ArrayList<>();

    /** One operation: sent, flipped, over. */
    private record Span(boolean isUpgrade, long sentNanos, long flipNanos, long endNanos) {
        boolean isAroundFlip(long nanos) {
            return Math.abs(nanos - flipNanos) <= HALF_SECOND_NANOS;
        }
    }

    synchronized void add(boolean isUpgrade, long sentNanos, long flipNanos, long endNanos) {
        operations.add(new Span(isUpgrade, sentNanos, flipNanos, endNanos));
    }

    /** Nothing is going on, and has not for a second. */
    Samples.Window quiet() {
        List<Span> all = List.copyOf(operations);
        return nanos -> all.stream()
                .noneMatch(span -> nanos >= Math.min(span.sentNanos, span.flipNanos - HALF_SECOND_NANOS)
                        && nanos <= Math.max(span.endNanos, span.flipNanos) + SETTLE_NANOS);
    }

    /** Half a second before and after a flip, up or down. */
    Samples.Window flip() {
        List<Span> all = List.copyOf(operations);
        return nanos -> all.stream().anyMatch(span -> span.isAroundFlip(nanos));
    }

    /** From sending the package to the flip. */
    Samples.Window installing() {
        List<Span> all = operations.stream().filter(Span::isUpgrade).toList();
        return nanos -> all.stream().anyMatch(span -> nanos >= span.sentNanos && nanos <= span.flipNanos);
    }

    /** After the flip: draining, probation, cleaning, and the leak check. */
    Samples.Window afterwards() {
        List<Span> all = List.copyOf(operations);
        return nanos -> all.stream()
                .anyMatch(span -> nanos > span.flipNanos + HALF_SECOND_NANOS && nanos <= span.endNanos + SETTLE_NANOS);
    }
}
