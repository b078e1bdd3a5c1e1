package io.plinth.security.internal.token;

import com.github.benmanes.caffeine.cache.Cache;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/** Meters of one cache, named as Micrometer names those of every cache. */
final class CacheMetrics implements AutoCloseable {
    private static final String GETS = "cache.gets";
    private static final String EVICTIONS = "cache.evictions";
    private static final String SIZE = "cache.size";
    private static final String TAG_CACHE = "cache";
    private static final String TAG_RESULT = "result";

    private final MeterRegistry registry;
    private final List<Meter> meters;

    CacheMetrics(MeterRegistry registry, String name, Cache<?, ?> cache) {
        this.registry = registry;
        this.meters = List.of(
                FunctionCounter.builder(GETS, cache, counted -> counted.stats().hitCount())
                        .description("Look-ups in a cache")
                        .tags(TAG_CACHE, name, TAG_RESULT, "hit")
                        .register(registry),
                FunctionCounter.builder(GETS, cache, counted -> counted.stats().missCount())
                        .description("Look-ups in a cache")
                        .tags(TAG_CACHE, name, TAG_RESULT, "miss")
                        .register(registry),
                FunctionCounter.builder(
                                EVICTIONS, cache, counted -> counted.stats().evictionCount())
                        .description("Entries that left a cache because of its limits")
                        .tags(TAG_CACHE, name)
                        .register(registry),
                Gauge.builder(SIZE, cache, Cache::estimatedSize)
                        .description("Entries in a cache")
                        .tags(TAG_CACHE, name)
                        .register(registry));
    }

    boolean isOf(MeterRegistry other) {
        return registry == other;
    }

    @Override
    public void close() {
        meters.forEach(registry::remove);
    }
}
