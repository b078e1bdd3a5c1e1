package io.plinth.gateway.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plinth.gateway.RequestRouter.Histogram;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DurationHistogramTest {
    private static final long MIN_NANOS = 10_000;
    private static final long MAX_NANOS = 100_000_000_000L;

    private final DurationHistogram histogram = new DurationHistogram();

    @Property
    void aQuantileIsAtMostATenthAboveTheExactOne(
            @ForAll @NotEmpty @Size(max = 200) List<@LongRange(min = MIN_NANOS, max = MAX_NANOS) Long> durations,
            @ForAll @DoubleRange(min = 0, max = 1) double quantile) {
        DurationHistogram counted = new DurationHistogram();
        durations.forEach(counted::record);
        long exact = durations.stream()
                .sorted()
                .skip(Math.max(0, (long) Math.ceil(quantile * durations.size()) - 1))
                .findFirst()
                .orElseThrow();
        long estimate = counted.snapshot().quantileNanos(quantile);
        assertThat(estimate).isBetween(exact, (long) (exact * 1.1001) + 1);
        assertThat(counted.snapshot().total()).isEqualTo(durations.size());
    }

    @Property
    void theDifferenceIsWhatCameAfter(
            @ForAll List<@LongRange(min = 1, max = MAX_NANOS) Long> before,
            @ForAll List<@LongRange(min = 1, max = MAX_NANOS) Long> after) {
        DurationHistogram all = new DurationHistogram();
        before.forEach(all::record);
        Histogram earlier = all.snapshot();
        DurationHistogram later = new DurationHistogram();
        for (long nanos : after) {
            all.record(nanos);
            later.record(nanos);
        }
        Histogram difference = all.snapshot().since(earlier);
        for (double quantile : new double[] {0, 0.5, 0.9, 0.99, 1}) {
            assertThat(difference.quantileNanos(quantile))
                    .isEqualTo(later.snapshot().quantileNanos(quantile));
        }
    }

    @Test
    void withoutRequestsItIsZero() {
        assertThat(histogram.snapshot().quantileNanos(0.99)).isZero();
    }

    @Test
    void whatIsOutsideOfTheScaleIsAtItsEnds() {
        histogram.record(0);
        histogram.record(Long.MAX_VALUE);
        assertThat(histogram.snapshot().quantileNanos(0)).isEqualTo(MIN_NANOS);
        assertThat(histogram.snapshot().quantileNanos(1)).isEqualTo(MAX_NANOS);
    }

    @Test
    void aSnapshotStaysAsItIs() {
        DurationHistogram.Snapshot snapshot = histogram.snapshot();
        histogram.record(1_000_000);
        assertThat(snapshot.total()).isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void aQuantileIsFromZeroToOne(double quantile) {
        assertThatThrownBy(() -> histogram.snapshot().quantileNanos(quantile))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
