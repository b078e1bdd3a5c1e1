package io.plinth.messaging.internal;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.plinth.messaging.internal.OutboxTable.Backlog;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Metrics of the relay; exported as {@code plinth_events_published_total} and so on. */
final class OutboxMetrics implements AutoCloseable {
    static final String PUBLISHED = "plinth.events.published";
    static final String PENDING = "plinth.outbox.pending";
    static final String LAG = "plinth.outbox.lag";
    private static final int DESTINATIONS_MAX = 100;
    private static final String OTHER = "other";

    private final MeterRegistry registry;
    private final Clock clock;
    private final Map<String, Counter> published = new HashMap<>();
    private final List<Meter> meters = new ArrayList<>();
    private volatile Backlog backlog = Backlog.EMPTY;

    OutboxMetrics(MeterRegistry registry, Clock clock) {
        this.registry = registry;
        this.clock = clock;
        meters.add(Gauge.builder(PENDING, () -> backlog.pending())
                .description("Events that wait in the outbox")
                .register(registry));
        meters.add(Gauge.builder(LAG, this::lagSeconds)
                .description("Age of the oldest event in the outbox")
                .baseUnit("seconds")
                .register(registry));
    }

    void backlog(Backlog sampled) {
        backlog = sampled;
    }

    void published(List<OutboxRow> events) {
        for (OutboxRow event : events) {
            counter(event.destination()).increment();
        }
    }

    /** Makes the counter of a destination visible before its first event. */
    synchronized Counter counter(String destination) {
        String tag = published.containsKey(destination) || published.size() < DESTINATIONS_MAX ? destination : OTHER;
        return published.computeIfAbsent(tag, name -> {
            Counter counter = Counter.builder(PUBLISHED)
                    .description("Events that the broker has taken")
                    .tag("destination", name)
                    .register(registry);
            meters.add(counter);
            return counter;
        });
    }

    private double lagSeconds() {
        Backlog sampled = backlog;
        return sampled.pending() == 0 ? 0 : Math.max(0, clock.millis() - sampled.oldestMillis()) / 1000.0;
    }

    @Override
    public synchronized void close() {
        meters.forEach(registry::remove);
    }
}
