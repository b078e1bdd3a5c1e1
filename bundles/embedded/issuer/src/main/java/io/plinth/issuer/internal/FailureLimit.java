package io.plinth.issuer.internal;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts failed authentications by client id, each for a minute from its first. */
final class FailureLimit {
    private static final int ENTRIES_MAX = 10_000;
    private static final Duration WINDOW = Duration.ofMinutes(1);

    private record Failures(long sinceNanos, AtomicInteger count) {}

    private final int max;
    private final Ticker ticker;
    private final Cache<String, Failures> failures;

    FailureLimit(int max, Ticker ticker) {
        this.max = max;
        this.ticker = ticker;
        this.failures = Caffeine.newBuilder()
                .maximumSize(ENTRIES_MAX)
                .expireAfterWrite(WINDOW)
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    void failed(String clientId) {
        Failures counted = failures.get(clientId, id -> new Failures(ticker.read(), new AtomicInteger()));
        if (counted != null) {
            counted.count().incrementAndGet();
        }
    }

    /** How long to wait, once there were too many. */
    Optional<Duration> wait(String clientId) {
        Failures counted = failures.getIfPresent(clientId);
        if (counted == null || counted.count().get() < max) {
            return Optional.empty();
        }
        Duration rest = WINDOW.minusNanos(ticker.read() - counted.sinceNanos());
        return Optional.of(rest.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : rest);
    }
}
