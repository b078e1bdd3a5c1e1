package io.plinth.hotdeploy.internal.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plinth.hotdeploy.internal.HotDeployConfig;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class DeadlineTest {
    /** What the contract promises of a swap. */
    private static final long SWAP_MILLIS_MAX = 120_000;

    private final AtomicLong nanos = new AtomicLong();

    private Deadline deadline(long limitMillis, long reserveMillis) {
        return new Deadline(limitMillis, reserveMillis, nanos::get);
    }

    private void pass(long millis) {
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    @Test
    void cutsEachWaitToWhatIsLeft() {
        Deadline deadline = deadline(100, 30);
        assertThat(deadline.atMost(20)).isEqualTo(20);
        assertThat(deadline.atMost(80)).isEqualTo(70);
        pass(60);
        assertThat(deadline.atMost(20)).isEqualTo(10);
        assertThat(deadline.isOver()).isFalse();
        pass(10);
        assertThat(deadline.isOver()).isTrue();
        assertThat(deadline.atMost(20)).isEqualTo(1);
    }

    @Test
    void whatIsTakenBackHasTheReserve() {
        Deadline deadline = deadline(100, 30);
        pass(70);
        deadline.spendReserve();
        assertThat(deadline.isOver()).isFalse();
        assertThat(deadline.atMost(50)).isEqualTo(30);
    }

    @Test
    void whatWaitedForItsTurnHasAllItsTime() {
        Deadline deadline = deadline(100, 30);
        pass(1_000);
        deadline.begin();
        assertThat(deadline.atMost(1_000)).isEqualTo(70);
    }

    @Test
    void aWaitThatDoesNotCountMovesIt() {
        Deadline deadline = deadline(100, 30);
        deadline.extend(3_600_000);
        pass(3_600_000);
        assertThat(deadline.atMost(1_000)).isEqualTo(70);
    }

    @Test
    void theReserveIsAPartOfTheLimit() {
        assertThatThrownBy(() -> deadline(30, 30)).isInstanceOf(IllegalArgumentException.class);
    }

    /** However the waits of an operation follow each other, each taken to its end, they end in time; then the way back. */
    @Property
    void anyChainOfWaitsEndsInTime(
            @ForAll @Size(max = 30) List<@LongRange(min = 0, max = 100_000) Long> waits,
            @ForAll @LongRange(min = 0, max = 100_000) long back) {
        HotDeployConfig config = Defaults.of(HotDeployConfig.class);
        nanos.set(0);
        Deadline deadline = deadline(config.operationTimeoutMillis(), Installation.TAKE_BACK_MILLIS);
        for (long wait : waits) {
            pass(deadline.atMost(wait));
        }
        deadline.spendReserve();
        pass(deadline.atMost(back));
        assertThat(TimeUnit.NANOSECONDS.toMillis(nanos.get()))
                .isLessThanOrEqualTo(config.operationTimeoutMillis())
                .isLessThan(SWAP_MILLIS_MAX);
    }

    /** The control: one limit after another, as they are configured, would not. */
    @Test
    void theLimitsByThemselvesAreTooLong() {
        HotDeployConfig config = Defaults.of(HotDeployConfig.class);
        assertThat(config.migrationTimeoutMillis()
                        + config.startTimeoutMillis()
                        + config.healthTimeoutMillis()
                        + config.probeTimeoutMillis()
                        + config.drainTimeoutMillis()
                        + config.probationMillis())
                .isGreaterThan(SWAP_MILLIS_MAX);
    }
}
