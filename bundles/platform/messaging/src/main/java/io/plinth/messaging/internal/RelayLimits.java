package io.plinth.messaging.internal;

import io.plinth.configuration.Range;
import java.time.Duration;

/** The checked settings of the relay; see {@link RelayConfig}. */
record RelayLimits(
        int batchEvents,
        int batchBytes,
        int batchLanes,
        int pollMillis,
        Duration publishTimeout,
        int publishAttempts,
        Duration retention) {
    static RelayLimits of(RelayConfig config) {
        check("batchEvents", config.batchEvents(), 1, 5_000);
        check("batchBytes", config.batchBytes(), 512 << 10, 64 << 20);
        check("batchLanes", config.batchLanes(), 1, Lanes.COUNT);
        check("pollMillis", config.pollMillis(), 50, 60_000);
        check("publishTimeoutSeconds", config.publishTimeoutSeconds(), 2, 300);
        check("publishAttempts", config.publishAttempts(), 1, 100);
        check("retentionDays", config.retentionDays(), 1, 365);
        return new RelayLimits(
                config.batchEvents(),
                config.batchBytes(),
                config.batchLanes(),
                config.pollMillis(),
                Duration.ofSeconds(config.publishTimeoutSeconds()),
                config.publishAttempts(),
                Duration.ofDays(config.retentionDays()));
    }

    private static void check(String key, int value, int min, int max) {
        Range.check("io.plinth.messaging", key, value, min, max);
    }
}
