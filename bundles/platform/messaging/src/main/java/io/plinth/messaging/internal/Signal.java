package io.plinth.messaging.internal;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Wakes one waiting thread; signals that come while nobody waits count as one. */
final class Signal {
    private final Semaphore raised = new Semaphore(0);

    void raise() {
        // Two at once may both see zero; one needless turn of the relay is all that this costs.
        if (raised.availablePermits() == 0) {
            raised.release();
        }
    }

    void await(long millis) throws InterruptedException {
        raised.tryAcquire(millis, TimeUnit.MILLISECONDS);
        raised.drainPermits();
    }
}
