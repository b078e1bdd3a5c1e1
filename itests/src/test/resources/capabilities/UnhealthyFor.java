package org.example.${name}.internal;

import io.plinth.health.Health;
import io.plinth.health.HealthCheck;
import org.osgi.service.component.annotations.Component;

/** A health check that is down for so long after its component was made, or for ever. */
@Component(service = HealthCheck.class)
public final class UnhealthyFor implements HealthCheck {
    private final long madeNanos = System.nanoTime();

    @Override
    public String name() {
        return "${name}";
    }

    @Override
    public Health check() {
        return System.nanoTime() - madeNanos > ${millis}L * 1_000_000
                ? Health.UP
                : Health.down("the hay is wet");
    }
}
