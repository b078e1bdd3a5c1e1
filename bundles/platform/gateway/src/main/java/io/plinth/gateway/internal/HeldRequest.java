package io.plinth.gateway.internal;

import io.plinth.gateway.RequestRouter.Lease;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request of a version. */
final class HeldRequest implements Lease {
    private static final Logger LOG = LoggerFactory.getLogger(HeldRequest.class);
    // One object a request instead of two.
    private static final AtomicIntegerFieldUpdater<HeldRequest> OVER =
            AtomicIntegerFieldUpdater.newUpdater(HeldRequest.class, "over");

    private final VersionTarget target;
    private volatile int over;
    private volatile @Nullable Runnable end;
    private volatile boolean refused;

    HeldRequest(VersionTarget target) {
        this.target = target;
    }

    @Override
    public String base() {
        return target.registration().base();
    }

    @Override
    public String slot() {
        return target.registration().slot();
    }

    @Override
    public String version() {
        return target.registration().version();
    }

    @Override
    public long bodyBytesMax() {
        return target.registration().bodyBytesMax();
    }

    @Override
    public void onDrain(Runnable action) {
        end = action;
        target.remember(this);
        if (over != 0) {
            target.forget(this);
        }
    }

    void end() {
        Runnable action = end;
        if (action == null) {
            return;
        }
        try {
            action.run();
        } catch (RuntimeException failed) {
            LOG.warn("A stream of {} {} cannot be ended", slot(), version(), failed);
        }
    }

    /** The gate answers by itself: this says nothing about the version and stays out of its statistics. */
    void refused() {
        refused = true;
    }

    @Override
    public void completed(int status, long durationNanos) {
        if (!OVER.compareAndSet(this, 0, 1)) {
            return;
        }
        if (end != null) {
            target.forget(this);
        }
        if (!refused) {
            target.record(status, durationNanos);
        }
        // Last, so that the statistics of a version without requests in flight are final.
        target.countOut();
    }
}
