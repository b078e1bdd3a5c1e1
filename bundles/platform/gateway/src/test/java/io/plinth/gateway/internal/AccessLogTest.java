package io.plinth.gateway.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plinth.gateway.Gate.Completion;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessLogTest {
    private static final int SERIES_MAX = 4_096;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AccessLog log = new AccessLog(meters);

    private void write(String method, String template, String slot, int status) {
        log.write(new Completion(
                "id", method, "/api/v1/users/7", template, slot, "1.0.0", status, 5, 3_000_000, "", "::1", "HTTP/2.0"));
    }

    @Test
    void aRequestIsCountedByCapabilityMethodTemplateAndStatus() {
        write("GET", "/api/v1/users/{id}", "users", 200);
        write("GET", "/api/v1/users/{id}", "users", 200);

        Timer timer = meters.get("http.server.requests").timer();
        assertThat(timer.getId().getTags())
                .containsExactlyInAnyOrder(
                        Tag.of("capability", "users"),
                        Tag.of("method", "GET"),
                        Tag.of("uri", "/api/v1/users/{id}"),
                        Tag.of("status", "200"));
        assertThat(timer.count()).isEqualTo(2);
        assertThat(timer.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(6);
        assertThat(timer.takeSnapshot().histogramCounts()).as("buckets").hasSize(12);
    }

    @Test
    void whatReachedNoResourceHasNoPathAsTag() {
        write("GET", "", "", 404);
        assertThat(meters.get("http.server.requests")
                        .tags("capability", "none", "uri", "none", "status", "404")
                        .timer()
                        .count())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"get", "BREW", "TRACE", "", "GET2"})
    void aMethodThatAClientMadeUpIsOther(String method) {
        write(method, "", "", 405);
        assertThat(meters.get("http.server.requests")
                        .tag("method", "OTHER")
                        .timer()
                        .count())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
    void aKnownMethodIsItself(String method) {
        write(method, "", "", 200);
        assertThat(meters.get("http.server.requests").tag("method", method).timer())
                .isNotNull();
    }

    @Test
    void theNumberOfSeriesHasALimitAndKnownOnesGoOn() {
        for (int i = 0; i < SERIES_MAX + 50; i++) {
            write("GET", "/t" + i, "users", 200);
        }
        write("GET", "/t0", "users", 200);
        assertThat(meters.getMeters().stream().filter(Timer.class::isInstance)).hasSize(SERIES_MAX);
        assertThat(meters.get("http.server.requests").tag("uri", "/t0").timer().count())
                .isEqualTo(2);
    }
}
