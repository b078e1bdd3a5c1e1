package io.plinth.monitoring.internal.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PrometheusMetersTest {
    @Test
    void measuresTheJvmAndHistograms() {
        try (PrometheusMeters.Jvm jvm = new PrometheusMeters.Jvm()) {
            PrometheusMeterRegistry registry = PrometheusMeters.create(1000, 10);
            jvm.bindTo(registry);
            Timer.builder("http.server.requests")
                    .publishPercentileHistogram()
                    .register(registry)
                    .record(Duration.ofMillis(3));
            String text = registry.scrape("text/plain");
            assertThat(text).contains("jvm_memory_used_bytes", "jvm_threads_live_threads", "process_uptime_seconds");
            assertThat(text).contains("http_server_requests_seconds_bucket{le=");
            assertThat(registry.scrape("application/openmetrics-text; version=1.0.0"))
                    .endsWith("# EOF\n");
        }
    }

    @Test
    void limitsTheValuesOfATag() {
        PrometheusMeterRegistry registry = PrometheusMeters.create(1000, 10);
        for (int i = 0; i < 100; i++) {
            registry.counter("requests", "uri", "/" + i).increment();
        }
        assertThat(registry.scrape().lines().filter(line -> line.startsWith("requests_total{")))
                .hasSize(10);
    }

    @Test
    void limitsTheMeters() {
        PrometheusMeterRegistry registry = PrometheusMeters.create(20, 1000);
        for (int i = 0; i < 100; i++) {
            registry.counter("requests", "uri", "/" + i).increment();
        }
        assertThat(registry.getMeters()).hasSize(20);
    }
}
