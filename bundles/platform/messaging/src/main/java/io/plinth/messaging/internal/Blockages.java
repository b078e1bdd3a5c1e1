package io.plinth.messaging.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * The destinations that refuse events, each left alone for a while that grows with every refusal, so that they cost the
 * other destinations nothing. Used by one thread.
 */
final class Blockages {
    static final int DESTINATIONS_MAX = 1_000;

    private final Map<String, Blockage> blockages = new LinkedHashMap<>();
    private final LongSupplier nanoTime;

    Blockages(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    private record Blockage(Backoff backoff, long untilNanos, String reason, boolean isStall) {}

    /**
     * Leaves the destination alone, longer than the last time unless it was {@link #clear cleared} since.
     *
     * @return whether it could be noted; not when too many are blocked
     */
    boolean block(String destination, String reason) {
        return block(destination, reason, false);
    }

    /** The same for a destination whose senders the broker holds: trying it again may cost time, so it is {@link #suspects suspect}. */
    boolean stall(String destination, String reason) {
        return block(destination, reason, true);
    }

    private boolean block(String destination, String reason, boolean isStall) {
        Blockage before = blockages.get(destination);
        if (before == null && blockages.size() >= DESTINATIONS_MAX) {
            return false;
        }
        Backoff backoff = before == null ? new Backoff(RandomGenerator.getDefault()) : before.backoff();
        long untilNanos = nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(backoff.nextMillis());
        blockages.put(destination, new Blockage(backoff, untilNanos, reason, isStall));
        return true;
    }

    void clear(String destination) {
        blockages.remove(destination);
    }

    /** Forgets those that may be tried again while nothing waits for them: no event would ever show that they are well. */
    void forgetIdle(Set<String> waiting) {
        blockages.entrySet().removeIf(entry -> !waiting.contains(entry.getKey()) && millisLeft(entry.getValue()) == 0);
    }

    /** The destinations to leave alone now. */
    Set<String> now() {
        return blockages.entrySet().stream()
                .filter(entry -> millisLeft(entry.getValue()) > 0)
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The destinations that may be tried again, and may hold their sender again. */
    Set<String> suspects() {
        return blockages.entrySet().stream()
                .filter(entry -> entry.getValue().isStall() && millisLeft(entry.getValue()) == 0)
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** How long until a blocked destination is to be tried again, at most {@code max}; never so short that it is a spin. */
    long millisToNextTry(long max) {
        return blockages.values().stream()
                .mapToLong(blockage -> Math.max(Backoff.FIRST_MILLIS, millisLeft(blockage)))
                .reduce(max, Math::min);
    }

    /** Why the one that is blocked longest is; empty while none is. */
    String reason() {
        return blockages.isEmpty() ? "" : blockages.values().iterator().next().reason();
    }

    /** Rounded up, so that who waits for it does not come too early. */
    private long millisLeft(Blockage blockage) {
        long nanos = blockage.untilNanos() - nanoTime.getAsLong();
        return nanos <= 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(nanos) + 1;
    }
}
