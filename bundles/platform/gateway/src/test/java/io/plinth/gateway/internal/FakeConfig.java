package io.plinth.gateway.internal;

import java.lang.annotation.Annotation;

/** A configuration for tests. */
record FakeConfig(
        long bodyBytesMax,
        long bodyTimeoutMillis,
        long drainTimeoutMillis,
        int parkedRequestsMax,
        long parkTimeoutMillis,
        int retryAfterSeconds,
        long hstsMaxAgeSeconds)
        implements GateConfig {
    static FakeConfig small() {
        return new FakeConfig(100, 60_000, 0, 100, 20_000, 7, 600);
    }

    FakeConfig withDrainTimeoutMillis(long millis) {
        return new FakeConfig(
                bodyBytesMax,
                bodyTimeoutMillis,
                millis,
                parkedRequestsMax,
                parkTimeoutMillis,
                retryAfterSeconds,
                hstsMaxAgeSeconds);
    }

    FakeConfig withParking(int requestsMax, long timeoutMillis) {
        return new FakeConfig(
                bodyBytesMax,
                bodyTimeoutMillis,
                drainTimeoutMillis,
                requestsMax,
                timeoutMillis,
                retryAfterSeconds,
                hstsMaxAgeSeconds);
    }

    FakeConfig withoutHsts() {
        return new FakeConfig(
                bodyBytesMax,
                bodyTimeoutMillis,
                drainTimeoutMillis,
                parkedRequestsMax,
                parkTimeoutMillis,
                retryAfterSeconds,
                0);
    }

    @Override
    public Class<? extends Annotation> annotationType() {
        return GateConfig.class;
    }
}
