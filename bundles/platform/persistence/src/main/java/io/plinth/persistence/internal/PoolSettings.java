package io.plinth.persistence.internal;

import io.plinth.configuration.Range;
import java.time.Duration;

/**
 * How the database is used.
 *
 * @param sizeMax most connections
 * @param idleMin connections kept open
 * @param connectionTimeout how long a caller waits for a connection
 * @param lifetime age at which a connection is replaced
 * @param statementTimeout after which the database cuts a statement off
 * @param lockTimeout how long a statement waits for a row lock
 */
record PoolSettings(
        int sizeMax,
        int idleMin,
        Duration connectionTimeout,
        Duration lifetime,
        Duration statementTimeout,
        Duration lockTimeout) {
    static final PoolSettings DEFAULT = new PoolSettings(
            16, 2, Duration.ofMillis(1_500), Duration.ofMinutes(30), Duration.ofSeconds(10), Duration.ofSeconds(5));

    PoolSettings {
        if (idleMin > sizeMax) {
            throw new IllegalArgumentException(
                    "pool.idle.min is " + idleMin + " but must be at most pool.size.max, " + sizeMax);
        }
    }

    static PoolSettings of(PersistenceConfig config) {
        return new PoolSettings(
                ranged("pool.size.max", config.pool_size_max(), 2, 500),
                ranged("pool.idle.min", config.pool_idle_min(), 1, 500),
                Duration.ofMillis(ranged("connection.timeout.millis", config.connection_timeout_millis(), 250, 30_000)),
                Duration.ofSeconds(
                        ranged("connection.lifetime.seconds", config.connection_lifetime_seconds(), 60, 86_400)),
                Duration.ofSeconds(ranged("statement.timeout.seconds", config.statement_timeout_seconds(), 1, 3_600)),
                Duration.ofSeconds(ranged("lock.timeout.seconds", config.lock_timeout_seconds(), 1, 3_600)));
    }

    static int ranged(String key, int value, int min, int max) {
        return Range.check("io.plinth.persistence", key, value, min, max);
    }
}
