package io.plinth.gateway.internal;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.plinth.gateway.Gate.Completion;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line a request in the log {@code io.plinth.access}, and the histogram {@code http_server_requests_seconds}. */
@Component(service = AccessLog.class)
public final class AccessLog {
    private static final Logger LOG = LoggerFactory.getLogger("io.plinth.access");
    private static final String METRIC = "http.server.requests";
    private static final int SERIES_MAX = 4_096;
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10)
    };

    private final MeterRegistry meters;
    private final ConcurrentMap<Series, Timer> timers = new ConcurrentHashMap<>();

    @Activate
    public AccessLog(@Reference MeterRegistry meters) {
        this.meters = meters;
    }

    private record Series(String capability, String method, String uri, int status) {}

    void write(Completion completion) {
        LOG.info(
                "{} {} {} {} {} {} {}us id={} client={} {}@{}",
                completion.remoteAddress(),
                completion.method(),
                completion.path(),
                completion.protocol(),
                completion.status(),
                completion.bytes(),
                TimeUnit.NANOSECONDS.toMicros(completion.durationNanos()),
                orDash(completion.requestId()),
                orDash(completion.clientId()),
                orDash(completion.slot()),
                orDash(completion.version()));
        Series series = new Series(
                completion.slot().isEmpty() ? "none" : completion.slot(),
                knownMethod(completion.method()),
                completion.template().isEmpty() ? "none" : completion.template(),
                completion.status());
        Timer timer = timers.get(series);
        if (timer == null) {
            if (timers.size() >= SERIES_MAX) {
                return;
            }
            timer = timers.computeIfAbsent(series, this::timer);
        }
        timer.record(completion.durationNanos(), TimeUnit.NANOSECONDS);
    }

    private Timer timer(Series series) {
        return Timer.builder(METRIC)
                .description("HTTP requests, from the first byte in to the last byte out")
                .tag("capability", series.capability())
                .tag("method", series.method())
                .tag("uri", series.uri())
                .tag("status", Integer.toString(series.status()))
                .serviceLevelObjectives(BUCKETS)
                .register(meters);
    }

    /** Methods that a client made up must not become tags. */
    private static String knownMethod(String method) {
        return switch (method) {
            case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS" -> method;
            default -> "OTHER";
        };
    }

    private static String orDash(String text) {
        return text.isEmpty() ? "-" : text;
    }
}
