package io.plinth.messaging.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutboxMetricsTest {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final OutboxMetrics metrics =
            new OutboxMetrics(registry, Clock.fixed(Instant.ofEpochMilli(10_000), ZoneOffset.UTC));

    @Test
    void exportsTheNamesOfTheContract() {
        metrics.backlog(new OutboxTable.Backlog(7, 7_500));
        metrics.published(List.of(row("queue.a.events"), row("queue.a.events")));
        assertThat(registry.scrape())
                .contains("plinth_events_published_total{destination=\"queue.a.events\"} 2")
                .contains("plinth_outbox_pending 7")
                .contains("plinth_outbox_lag_seconds 2.5");
    }

    @Test
    void nothingPendingIsNoLag() {
        assertThat(registry.scrape()).contains("plinth_outbox_pending 0").contains("plinth_outbox_lag_seconds 0");
    }

    @Test
    void destinationsAreBounded() {
        for (int i = 0; i < 150; i++) {
            metrics.published(List.of(row("queue.n" + i + ".events")));
        }
        assertThat(registry.scrape().lines().filter(line -> line.startsWith("plinth_events_published_total{")))
                .hasSize(101)
                .anyMatch(line -> line.contains("destination=\"other\"} 50"));
    }

    @Test
    void closingTakesThemAway() {
        metrics.published(List.of(row("queue.a.events")));
        metrics.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    private static OutboxRow row(String destination) {
        return new OutboxRow(1, "id", destination, "type", "subject", 0, "{}");
    }
}
