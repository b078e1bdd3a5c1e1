package io.plinth.hotdeploy.internal.leak;

import java.time.Duration;

/**
 * What the leak check may cost.
 *
 * @param collectionsMax forced garbage collections for one check, 1 to 10
 * @param collectionInterval least time between two forced collections, over all checks
 * @param walkTimeout how long a heap walk is waited for
 * @param walkInterval least time between two heap dumps, over all checks: each stops the world
 */
public record LeakLimits(int collectionsMax, Duration collectionInterval, Duration walkTimeout, Duration walkInterval) {
    private static final int COLLECTIONS_LIMIT = 10;
    public static final LeakLimits DEFAULT =
            new LeakLimits(3, Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofMinutes(5));

    public LeakLimits {
        if (collectionsMax < 1 || collectionsMax > COLLECTIONS_LIMIT) {
            throw new IllegalArgumentException("collectionsMax is " + collectionsMax + ", not 1 to 10");
        }
        if (collectionInterval.isNegative() || walkTimeout.isNegative() || walkInterval.isNegative()) {
            throw new IllegalArgumentException("a time is negative");
        }
    }
}
