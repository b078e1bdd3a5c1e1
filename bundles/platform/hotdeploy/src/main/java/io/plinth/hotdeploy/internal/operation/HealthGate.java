package io.plinth.hotdeploy.internal.operation;

import io.plinth.gateway.RequestRouter.Statistics;
import io.plinth.hotdeploy.internal.HotDeployConfig;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether the answers of a new version are as good as those of the one before. Judged by the share of 5xx answers, and by
 * the p99 once both have answered enough for one.
 */
final class HealthGate {
    private static final long P99_REQUESTS_MIN = 300;
    private static final double P99 = 0.99;

    private final @Nullable Statistics before;
    private final int errorPercentMax;
    private final long errorRequestsMin;
    private final int p99PercentMax;
    private final long p99NanosMin;

    /**
     * Takes what the version before has answered.
     *
     * @param before {@code null} where there is none
     */
    HealthGate(@Nullable Statistics before, HotDeployConfig config) {
        this.before = before;
        this.errorPercentMax = config.errorPercentMax();
        this.errorRequestsMin = config.errorRequestsMin();
        this.p99PercentMax = config.p99PercentMax();
        this.p99NanosMin = TimeUnit.MILLISECONDS.toNanos(config.p99MillisMin());
    }

    /** Why the new version is to be taken back; empty when all is well. */
    Optional<String> objection(Statistics now) {
        Optional<String> errors = errors(now);
        return errors.isPresent() ? errors : slowness(now);
    }

    private Optional<String> errors(Statistics now) {
        if (now.requests() < errorRequestsMin) {
            return Optional.empty();
        }
        double percent = percent(now);
        double usual = before == null || before.requests() < errorRequestsMin ? 0 : percent(before);
        if (percent <= usual + errorPercentMax) {
            return Optional.empty();
        }
        return Optional.of(String.format(
                "answered %d of %d requests with a 5xx (%.1f %%, before it %.1f %%)",
                now.errors(), now.requests(), percent, usual));
    }

    private static double percent(Statistics statistics) {
        return 100.0 * statistics.errors() / statistics.requests();
    }

    private Optional<String> slowness(Statistics now) {
        if (before == null || before.requests() < P99_REQUESTS_MIN || now.requests() < P99_REQUESTS_MIN) {
            return Optional.empty();
        }
        long usual = before.durations().quantileNanos(P99);
        long p99 = now.durations().quantileNanos(P99);
        if (p99 <= p99NanosMin || p99 <= usual / 100.0 * p99PercentMax) {
            return Optional.empty();
        }
        return Optional.of(String.format("answered with a p99 of %d ms, before it %d ms", millis(p99), millis(usual)));
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
