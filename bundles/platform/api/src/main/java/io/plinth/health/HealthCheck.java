package io.plinth.health;

import org.osgi.annotation.versioning.ConsumerType;

/** One check behind {@code /health/ready}. Register it as a service; it is asked at most once a second. */
@ConsumerType
public interface HealthCheck {
    /** Short name, such as {@code database}. */
    String name();

    /** The state now. Must answer within two seconds; later counts as down. */
    Health check();

    /** Whether a failure also makes {@code /health/live} fail: only what a restart would mend. */
    default boolean isLiveness() {
        return false;
    }
}
