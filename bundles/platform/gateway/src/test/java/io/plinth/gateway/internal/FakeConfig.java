package io.plinth.gateway.internal;

import java.lang.annotation.Annotation;

/** A configuration for tests. */
record FakeConfig(
        long bodyBytesMax,
        long bodyTimeoutMillis,
        long drainTimeoutMillis,
        int retryAfterSeconds,
        long hstsMaxAgeSeconds)
        implements GateConfig {
    static FakeConfig small() {
        return new FakeConfig(100, 60_000, 0, 7, 600);
    }

    @Override
    public Class<? extends Annotation> annotationType() {
        return GateConfig.class;
    }
}
