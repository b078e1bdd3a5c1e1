package io.plinth.gateway.internal;

import io.plinth.health.Health;
import io.plinth.health.HealthCheck;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Graceful shutdown. The launcher runs this before it stops the framework: readiness goes down, new requests and those that
 * wait for a capability get 503, streams are ended, and what else is in flight is waited for.
 */
@Component(
        service = {Drain.class, Runnable.class, HealthCheck.class},
        configurationPid = "io.plinth.gateway",
        property = "plinth.shutdown=drain")
public final class Drain implements Runnable, HealthCheck {
    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);
    private static final long POLL_MILLIS = 10;

    private final SlotRouter router;
    private volatile long timeoutMillis;
    private volatile boolean draining;

    @Activate
    public Drain(@Reference SlotRouter router, GateConfig config) {
        this.router = router;
        this.timeoutMillis = timeoutMillis(config);
    }

    private static long timeoutMillis(GateConfig config) {
        return Math.min(600_000, Math.max(0, config.drainTimeoutMillis()));
    }

    /** Without this a changed setting would replace the drain, and all that stands on it. */
    @Modified
    void modified(GateConfig changed) {
        timeoutMillis = timeoutMillis(changed);
    }

    boolean isDraining() {
        return draining;
    }

    @Override
    public void run() {
        draining = true;
        router.endParking();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        try {
            while (router.inFlight() > 0 && System.nanoTime() < deadline) {
                // Again and again, since one that has just begun may not be known as a stream yet.
                router.endStreams();
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        int left = router.inFlight();
        if (left > 0) {
            LOG.warn("Stopping with {} requests still in flight after {} ms", left, timeoutMillis);
        } else {
            LOG.info("Drained: no request in flight");
        }
    }

    @Override
    public String name() {
        return "gateway";
    }

    @Override
    public Health check() {
        return draining ? Health.down("The server is shutting down and takes no new requests.") : Health.UP;
    }
}
