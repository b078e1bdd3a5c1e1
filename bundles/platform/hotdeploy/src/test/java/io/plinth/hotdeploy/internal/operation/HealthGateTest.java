package io.plinth.hotdeploy.internal.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.gateway.RequestRouter.Histogram;
import io.plinth.gateway.RequestRouter.Statistics;
import io.plinth.hotdeploy.internal.HotDeployConfig;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HealthGateTest {
    private static final HotDeployConfig DEFAULTS = Defaults.of(HotDeployConfig.class);

    private record Fixed(long nanos) implements Histogram {
        @Override
        public Histogram since(Histogram earlier) {
            return this;
        }

        @Override
        public long quantileNanos(double quantile) {
            return nanos;
        }
    }

    private static Statistics answered(long requests, long errors, long p99Millis) {
        return new Statistics(requests, errors, new Fixed(TimeUnit.MILLISECONDS.toNanos(p99Millis)));
    }

    private static HealthGate after(Statistics before) {
        return new HealthGate(before, DEFAULTS);
    }

    @Test
    void letsAGoodVersionPass() {
        assertThat(after(answered(10_000, 10, 5)).objection(answered(5_000, 5, 6)))
                .isEmpty();
    }

    @Test
    void objectsToOneFailureInTen() {
        assertThat(after(answered(10_000, 0, 5)).objection(answered(50, 5, 5)))
                .hasValueSatisfying(reason -> assertThat(reason).contains("5 of 50", "10.0 %"));
    }

    @Test
    void doesNotJudgeByAHandful() {
        assertThat(after(answered(10_000, 0, 5)).objection(answered(19, 19, 5))).isEmpty();
    }

    /** With the database away both versions fail: going back would not help. */
    @Test
    void doesNotBlameTheNewVersionForWhatFailedBefore() {
        assertThat(after(answered(1_000, 500, 5)).objection(answered(100, 52, 5)))
                .isEmpty();
        assertThat(after(answered(1_000, 500, 5)).objection(answered(100, 56, 5)))
                .isPresent();
    }

    @Test
    void objectsToASlowVersion() {
        assertThat(after(answered(10_000, 0, 100)).objection(answered(1_000, 0, 301)))
                .hasValueSatisfying(reason -> assertThat(reason).contains("p99 of 301 ms", "100 ms"));
        assertThat(after(answered(10_000, 0, 100)).objection(answered(1_000, 0, 299)))
                .isEmpty();
    }

    @Test
    void aShortP99IsNeverTooLong() {
        assertThat(after(answered(10_000, 0, 2)).objection(answered(1_000, 0, 199)))
                .isEmpty();
    }

    @Test
    void theFirstVersionIsJudgedByItsFailuresAlone() {
        HealthGate gate = after(null);
        assertThat(gate.objection(answered(1_000, 0, 30_000))).isEmpty();
        assertThat(gate.objection(answered(1_000, 60, 1))).isPresent();
    }
}
