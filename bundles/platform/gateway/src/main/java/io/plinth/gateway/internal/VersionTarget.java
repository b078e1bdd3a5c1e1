package io.plinth.gateway.internal;

import io.plinth.gateway.RequestRouter.Registration;
import io.plinth.gateway.RequestRouter.Statistics;
import io.plinth.gateway.RequestRouter.Target;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** One version in a slot: what it holds and what it has answered. */
final class VersionTarget implements Target {
    private final SlotRouter router;
    private final Slot slot;
    private final Registration registration;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Set<HeldRequest> streams = ConcurrentHashMap.newKeySet();
    private final LongAdder errors = new LongAdder();
    private final DurationHistogram durations = new DurationHistogram();

    VersionTarget(SlotRouter router, Slot slot, Registration registration) {
        this.router = router;
        this.slot = slot;
        this.registration = registration;
    }

    Registration registration() {
        return registration;
    }

    Slot slot() {
        return slot;
    }

    void countIn() {
        inFlight.incrementAndGet();
    }

    void countOut() {
        inFlight.decrementAndGet();
    }

    void remember(HeldRequest stream) {
        streams.add(stream);
    }

    void forget(HeldRequest stream) {
        streams.remove(stream);
    }

    /** Streams come with a negative duration and broken-off exchanges without a status: neither was answered. */
    void record(int status, long durationNanos) {
        if (status == 0 || durationNanos < 0) {
            return;
        }
        if (status >= 500 && status <= 599) {
            errors.increment();
        }
        durations.record(durationNanos);
    }

    @Override
    public void activate() {
        router.activate(this);
    }

    @Override
    public void canary(int percent) {
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException("Percent of callers are 0 to 100: " + percent);
        }
        router.canary(this, percent);
    }

    @Override
    public void deactivate() {
        router.deactivate(this);
    }

    @Override
    public boolean isActive() {
        return slot.isActive(this);
    }

    @Override
    public int inFlight() {
        return inFlight.get();
    }

    @Override
    public void endStreams() {
        streams.forEach(HeldRequest::end);
    }

    @Override
    public Statistics statistics() {
        // Errors first: an answer that is counted in between must not make more errors than requests.
        long failed = errors.sum();
        DurationHistogram.Snapshot snapshot = durations.snapshot();
        return new Statistics(snapshot.total(), failed, snapshot);
    }

    @Override
    public void remove() {
        router.remove(this);
    }

    @Override
    public String toString() {
        return registration.slot() + " " + registration.version();
    }
}
