package io.plinth.gateway.internal;

import io.plinth.health.Health;
import io.plinth.health.HealthCheck;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Graceful shutdown. The launcher runs this before it stops the framework: readiness goes down, new requests get 503, and
 * those in flight are waited for.
 */
@Component(
        service = {Drain.class, Runnable.class, HealthCheck.class},
        configurationPid = "io.plinth.gateway",
        property = "plinth.shutdown=drain")
public final class Drain implements Runnable, HealthCheck {
    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);
    private static final long POLL_MILLIS = 10;

    private final SlotRouter router;
    private final long timeoutMillis;
    private volatile boolean draining;

    @Activate
    public Drain(@Reference SlotRouter router, GateConfig config) {
        this.router = router;
        this.timeoutMillis = Math.min(600_000, Math.max(0, config.drainTimeoutMillis()));
    }

    boolean isDraining() {
        return draining;
    }

    @Override
    public void run() {
        draining = true;
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        try {
            while (router.inFlight() > 0 && System.nanoTime() < deadline) {
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
