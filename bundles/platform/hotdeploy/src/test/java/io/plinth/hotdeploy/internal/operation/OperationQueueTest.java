package io.plinth.hotdeploy.internal.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plinth.capability.CapabilityOperations.Kind;
import io.plinth.capability.CapabilityOperations.OperationState;
import io.plinth.capability.CapabilityOperations.Strategy;
import io.plinth.problem.ProblemException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class OperationQueueTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-25T00:00:00Z"), ZoneOffset.UTC);

    private final OperationQueue queue = new OperationQueue();
    private final List<String> order = Collections.synchronizedList(new ArrayList<>());

    /** Runs until it is told to end. */
    private class Held implements Change {
        final String name;
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch mayEnd = new CountDownLatch(1);
        volatile boolean isOverruled;
        final RunningOperation operation = new RunningOperation(
                UUID.randomUUID(), Kind.UPGRADE, "orders", Strategy.SWAP, "admin", List.of("swap"), CLOCK, seen -> {});

        Held(String name) {
            this.name = name;
        }

        @Override
        public RunningOperation operation() {
            return operation;
        }

        @Override
        public void run() throws InterruptedException {
            order.add(name);
            begun.countDown();
            mayEnd.await();
        }

        @Override
        public void overrule() {
            isOverruled = true;
        }
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    }

    private Held begin(String capability, String name, OperationQueue.Permit permit) {
        Held held = new Held(name);
        queue.begin(capability, held, permit);
        return held;
    }

    private void takeAllUploads() {
        for (int i = 0; i < OperationQueue.UPLOADS_MAX; i++) {
            queue.upload();
        }
        assertThatThrownBy(queue::upload)
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining(Integer.toString(OperationQueue.UPLOADS_MAX));
    }

    @Test
    void uploadsKeepNobodyFromGoingBack() throws Exception {
        takeAllUploads();
        Held rollback = begin("orders", "rollback", queue.wayBack());
        await(rollback.begun);
    }

    @Test
    void waysBackAreBoundedToo() {
        for (int i = 0; i < OperationQueue.WAYS_BACK_MAX; i++) {
            queue.wayBack();
        }
        assertThatThrownBy(queue::wayBack).isInstanceOf(ProblemException.class);
        queue.upload().close();
    }

    @Test
    void aPermitComesBackWhenItsOperationHasEnded() throws Exception {
        OperationQueue.Permit permit = queue.upload();
        Held upgrade = begin("orders", "upgrade", permit);
        await(upgrade.begun);
        // The request has ended, the operation goes on.
        permit.close();
        for (int i = 1; i < OperationQueue.UPLOADS_MAX; i++) {
            queue.upload();
        }
        assertThatThrownBy(queue::upload).isInstanceOf(ProblemException.class);

        upgrade.mayEnd.countDown();
        // Its turn is over when somebody else has the slot.
        queue.lock("orders").lock();
        queue.upload();
        assertThatThrownBy(queue::upload).isInstanceOf(ProblemException.class);
    }

    @Test
    void aPermitThatWasNotUsedComesBack() {
        queue.upload().close();
        takeAllUploads();
    }

    @Test
    void aPermitComesBackOnce() {
        OperationQueue.Permit permit = queue.upload();
        permit.close();
        permit.close();
        takeAllUploads();
    }

    @Test
    void thoseOnOneCapabilityRunOneAfterTheOther() throws Exception {
        Held first = begin("orders", "first", queue.upload());
        await(first.begun);
        Held second = begin("orders", "second", queue.upload());
        Held other = begin("users", "other", queue.upload());
        await(other.begun);
        assertThat(order).containsExactly("first", "other");
        assertThat(queue.running("orders")).contains(first);
        assertThat(queue.running()).containsExactlyInAnyOrder(first, other);

        first.mayEnd.countDown();
        await(second.begun);
        assertThat(queue.running("orders")).contains(second);
    }

    @Test
    void theyRunInTheOrderInWhichTheyWereAskedFor() throws Exception {
        List<String> names = new ArrayList<>();
        List<Held> all = new ArrayList<>();
        for (int i = 0; i < OperationQueue.UPLOADS_MAX; i++) {
            names.add("change " + i);
            all.add(begin("orders", names.get(i), queue.upload()));
        }
        for (Held held : all) {
            held.mayEnd.countDown();
        }
        await(all.get(all.size() - 1).begun);
        assertThat(order).isEqualTo(names);
    }

    @Test
    void whatRunsAndWhatWaitsIsOverruled() throws Exception {
        Held running = begin("orders", "running", queue.upload());
        await(running.begun);
        Held waiting = begin("orders", "waiting", queue.upload());
        Held other = begin("users", "other", queue.upload());

        queue.overrule("orders");

        assertThat(running.isOverruled).isTrue();
        assertThat(waiting.isOverruled).isTrue();
        assertThat(other.isOverruled).isFalse();
    }

    @Test
    void oneThatFailsUnexpectedlyEndsAndFreesItsSlot() throws Exception {
        Held broken = new Held("broken") {
            @Override
            public void run() {
                throw new IllegalStateException("broken");
            }
        };
        queue.begin("orders", broken, queue.upload());
        Held next = begin("orders", "next", queue.upload());
        await(next.begun);
        assertThat(broken.operation.snapshot().state()).isEqualTo(OperationState.ROLLED_BACK);
        assertThat(broken.operation.snapshot().reason()).contains("broken");
    }
}
