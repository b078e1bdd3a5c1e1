package io.plinth.artemis.internal;

import io.plinth.configuration.Range;

/**
 * The checked limits of the embedded broker.
 *
 * @param memoryBytes of message bodies in memory, all queues together
 * @param queueMemoryBytes of message bodies in memory, each queue
 * @param queueDiskBytes paged to disk, each queue
 * @param maxDiskUsagePercent of the volume, after which senders are held
 * @param maxDeliveryAttempts before a message moves to DLQ
 * @param redeliveryDelayMillis before a message given back is delivered again
 * @param idCacheSize remembered event ids, each queue
 * @param threads of the broker
 */
record BrokerLimits(
        long memoryBytes,
        long queueMemoryBytes,
        long queueDiskBytes,
        int maxDiskUsagePercent,
        int maxDeliveryAttempts,
        long redeliveryDelayMillis,
        int idCacheSize,
        int threads) {
    private static final long MEBIBYTE = 1L << 20;

    BrokerLimits {
        check("memoryBytes", memoryBytes, 4 * MEBIBYTE, 1024 * MEBIBYTE);
        check("queueMemoryBytes", queueMemoryBytes, MEBIBYTE, 1024 * MEBIBYTE);
        check("queueDiskBytes", queueDiskBytes, 16 * MEBIBYTE, 1024 * 1024 * MEBIBYTE);
        check("maxDiskUsagePercent", maxDiskUsagePercent, 1, 100);
        check("maxDeliveryAttempts", maxDeliveryAttempts, 1, 1000);
        check("redeliveryDelayMillis", redeliveryDelayMillis, 0, 3_600_000);
        check("idCacheSize", idCacheSize, 20_000, 1_000_000);
        check("threads", threads, 5, 100);
    }

    static BrokerLimits of(BrokerConfig config) {
        return new BrokerLimits(
                config.memoryBytes(),
                config.queueMemoryBytes(),
                config.queueDiskBytes(),
                config.maxDiskUsagePercent(),
                config.maxDeliveryAttempts(),
                config.redeliveryDelayMillis(),
                config.idCacheSize(),
                config.threads());
    }

    private static void check(String key, long value, long min, long max) {
        Range.check("io.plinth.artemis", key, value, min, max);
    }
}
