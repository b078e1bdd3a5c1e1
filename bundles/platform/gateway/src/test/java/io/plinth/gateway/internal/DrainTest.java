package io.plinth.gateway.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.gateway.RequestRouter.Lease;
import io.plinth.health.Health;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DrainTest {
    private final SlotRouter router = new SlotRouter();

    private Drain drain(long timeoutMillis) {
        router.add("users", "1.0.0", "/slots/users", Set.of("/users")).activate();
        return new Drain(router, new FakeConfig(1, 1, timeoutMillis, 1, 0));
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
        Lease held = router.acquire("/users");
        Thread stopper = new Thread(drain);
        stopper.start();
        while (!drain.isDraining() || stopper.getState() != Thread.State.TIMED_WAITING) {
            assertThat(stopper.isAlive()).as("it waits").isTrue();
            Thread.onSpinWait();
        }
        held.close();
        stopper.join();
    }

    @Test
    void theWaitHasALimit() {
        for (long timeoutMillis : new long[] {-5, 0, 20}) {
            Drain drain = drain(timeoutMillis);
            try (Lease held = router.acquire("/users")) {
                drain.run();
                assertThat(held.slot()).isEqualTo("users");
                assertThat(router.inFlight()).isEqualTo(1);
            }
        }
    }

    @Test
    void anInterruptEndsTheWaitAndIsKept() {
        Drain drain = drain(600_000);
        try (Lease held = router.acquire("/users")) {
            Thread.currentThread().interrupt();
            drain.run();
            assertThat(held).isNotNull();
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
