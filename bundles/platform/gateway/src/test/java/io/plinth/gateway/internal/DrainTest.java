package io.plinth.gateway.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.gateway.RequestRouter.Lease;
import io.plinth.gateway.RequestRouter.Registration;
import io.plinth.health.Health;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DrainTest {
    private final SlotRouter router = new SlotRouter(FakeConfig.small());

    private Drain drain(long timeoutMillis) {
        router.add(new Registration("users", "1.0.0", "/slots/users", Set.of("/users"), 0))
                .activate();
        return new Drain(router, FakeConfig.small().withDrainTimeoutMillis(timeoutMillis));
    }

    @Test
    void aServerThatRunsIsWell() {
        Drain drain = drain(0);
        assertThat(drain.name()).isEqualTo("gateway");
        assertThat(drain.isDraining()).isFalse();
        assertThat(drain.check()).isEqualTo(Health.UP);
        assertThat(drain.isLiveness()).isFalse();
    }

    @Test
    void readinessGoesDownAndAnEmptyServerIsNotWaitedFor() {
        Drain drain = drain(600_000);
        drain.run();
        assertThat(drain.isDraining()).isTrue();
        assertThat(drain.check().up()).isFalse();
        assertThat(drain.check().reason()).contains("shutting down");
    }

    @Test
    void requestsInFlightAreWaitedFor() throws Exception {
        Drain drain = drain(600_000);
        Lease held = router.acquire("/users", () -> "");
        Thread stopper = new Thread(drain);
        stopper.start();
        while (!drain.isDraining() || stopper.getState() != Thread.State.TIMED_WAITING) {
            assertThat(stopper.isAlive()).as("it waits").isTrue();
            Thread.onSpinWait();
        }
        held.completed(200, 1);
        stopper.join();
    }

    @Test
    void theWaitHasALimit() {
        for (long timeoutMillis : new long[] {-5, 0, 20}) {
            Drain drain = drain(timeoutMillis);
            Lease held = router.acquire("/users", () -> "");
            drain.run();
            assertThat(held.slot()).isEqualTo("users");
            assertThat(router.inFlight()).isEqualTo(1);
            held.completed(200, 1);
        }
    }

    @Test
    void anInterruptEndsTheWaitAndIsKept() {
        Drain drain = drain(600_000);
        assertThat(router.acquire("/users", () -> "")).isNotNull();
        Thread.currentThread().interrupt();
        drain.run();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void streamsAreEndedUntilNoneIsLeft() {
        Drain drain = drain(600_000);
        Lease stream = router.acquire("/users", () -> "");
        AtomicInteger asked = new AtomicInteger();
        stream.onDrain(() -> {
            if (asked.incrementAndGet() == 3) {
                stream.completed(200, -1);
            }
        });
        drain.run();
        assertThat(asked).hasValue(3);
    }

    @Test
    void whoWaitsIsResumedAndNobodyWaitsFromThenOn() {
        Drain drain = drain(0);
        router.keep("other", Set.of("/other"));
        AtomicInteger resumed = new AtomicInteger();
        assertThat(router.park("/other", resumed::incrementAndGet)).isNotNull();
        drain.run();
        assertThat(resumed).hasValue(1);
        assertThat(router.park("/other", resumed::incrementAndGet)).isNull();
        assertThat(resumed).hasValue(1);
    }

    @Test
    void theLimitCanBeChangedWhileItRuns() {
        Drain drain = drain(600_000);
        drain.modified(FakeConfig.small());
        assertThat(router.acquire("/users", () -> "")).isNotNull();
        drain.run();
        assertThat(router.inFlight()).isEqualTo(1);
    }
}
