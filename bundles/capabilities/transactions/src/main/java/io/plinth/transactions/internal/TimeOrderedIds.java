package io.plinth.transactions.internal;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * UUIDs of version 7 (RFC 9562, section 5.7) that only rise within this server: 48 bits of milliseconds, 20 bits of a counter,
 * 54 random bits. They come from the injected clock, since they have to agree with the times of their rows.
 */
final class TimeOrderedIds {
    private static final Pattern TEXT = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final int COUNTER_BITS = 20;

    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    /** Milliseconds and counter; a full counter borrows from the next millisecond. */
    private final AtomicLong last = new AtomicLong();

    TimeOrderedIds(Clock clock) {
        this.clock = clock;
    }

    UUID next() {
        long now = clock.millis() << COUNTER_BITS;
        long stamp = last.updateAndGet(before -> Math.max(before + 1, now));
        long millis = stamp >>> COUNTER_BITS;
        long counter = stamp & ((1 << COUNTER_BITS) - 1);
        long high = millis << 16 | 0x7000 | counter >>> 8;
        long low = 0x8000000000000000L | (counter & 0xff) << 54 | random.nextLong() >>> 10;
        return new UUID(high, low);
    }

    /** The UUID of that text; empty when it is none in its usual form. */
    static Optional<UUID> parse(String text) {
        return TEXT.matcher(text).matches() ? Optional.of(UUID.fromString(text)) : Optional.empty();
    }
}
