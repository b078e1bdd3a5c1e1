package io.plinth.hotdeploy.internal.services;

import io.plinth.problem.ProblemException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The exports of one capability and the version that answers them. A call reads the version, counts itself in and reads
 * again; only one that finds none takes a lock, to wait.
 */
final class Slot {
    private static final Logger LOG = LoggerFactory.getLogger(Slot.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    /** A component that cannot be activated now tells nobody when it can, so waiting callers try it again. */
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final String name;
    private final BundleContext platform;
    private final long waitNanos;
    private final Map<ExportKey, Export> exports = new ConcurrentHashMap<>();
    private final AtomicInteger unsettled = new AtomicInteger();
    private final Object change = new Object();
    private volatile int changes;
    private final AtomicReference<@Nullable ProviderVersion> active = new AtomicReference<>();

    /** The one before, while proxies are there that only it can answer: those of an interface in another class space. */
    private final AtomicReference<@Nullable ProviderVersion> before = new AtomicReference<>();

    private volatile boolean forgotten;

    Slot(String name, BundleContext platform, long waitMillis) {
        this.name = name;
        this.platform = platform;
        this.waitNanos = TimeUnit.MILLISECONDS.toNanos(waitMillis);
    }

    /** A call that is counted into a version until it leaves it. */
    record Call(ProviderVersion version, Object target) {}

    String name() {
        return name;
    }

    void activate(ProviderVersion version) {
        ProviderVersion old = active.get();
        if (old != version) {
            before.set(old);
        }
        active.set(version);
        // Removed by another thread in between: it must not stay.
        if (version.isClosed()) {
            deactivate(version);
        }
        changed();
        settle();
    }

    void deactivate() {
        active.set(null);
    }

    void deactivate(ProviderVersion version) {
        before.compareAndSet(version, null);
        if (isActive(version)) {
            deactivate();
        }
    }

    boolean isActive(ProviderVersion version) {
        return active.get() == version;
    }

    /** The services of a version are others than before. */
    void changed(ProviderVersion version) {
        if (isActive(version)) {
            changed();
            settle();
        }
    }

    void forget() {
        forgotten = true;
        active.set(null);
        changed();
        settle();
    }

    /** A proxy went with the bundle in whose name it was registered: it is registered again. */
    void lost(ServiceReference<?> reference) {
        for (Export export : exports.values()) {
            if (export.lose(reference)) {
                settle();
            }
        }
    }

    /**
     * Counts a call into the active version and finds its service, waiting for both if need be.
     *
     * @throws ProblemException 503 when there is none in time, or never again
     */
    Call reach(Export export) {
        Call call = enter(export.key());
        if (call != null) {
            return call;
        }
        try {
            return await(export);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw unavailable(interrupted);
        }
    }

    private Call await(Export export) throws InterruptedException {
        long deadline = System.nanoTime() + waitNanos;
        while (true) {
            int seen = changes;
            Call call = enter(export.key());
            if (call != null) {
                return call;
            }
            long left = deadline - System.nanoTime();
            if (left <= 0 || export.isClosed()) {
                throw unavailable(null);
            }
            awaitChange(seen, Math.min(left, RETRY_NANOS));
        }
    }

    private @Nullable Call enter(ExportKey key) {
        ProviderVersion version = acquire(active);
        if (version != null && !version.knows(key)) {
            version.leave();
            version = acquire(before);
        }
        if (version == null) {
            return null;
        }
        Object target = null;
        try {
            target = version.service(key);
        } finally {
            if (target == null) {
                version.leave();
            }
        }
        return target == null ? null : new Call(version, target);
    }

    /** The version is read again after counting: one that was switched off in between would be stopped under the call. */
    private static @Nullable ProviderVersion acquire(AtomicReference<@Nullable ProviderVersion> current) {
        while (true) {
            ProviderVersion version = current.get();
            if (version == null) {
                return null;
            }
            version.enter();
            if (current.get() == version) {
                return version;
            }
            version.leave();
        }
    }

    private ProblemException unavailable(@Nullable Throwable cause) {
        return ProblemException.unavailable("The capability " + name + " is not available now.", RETRY_AFTER, cause);
    }

    private void changed() {
        synchronized (change) {
            changes++;
            change.notifyAll();
        }
    }

    private void awaitChange(int seen, long nanos) throws InterruptedException {
        long deadline = System.nanoTime() + nanos;
        synchronized (change) {
            while (changes == seen) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return;
                }
                TimeUnit.NANOSECONDS.timedWait(change, left);
            }
        }
    }

    /**
     * Brings the registered proxies in line with the active version. Registering runs code of others under locks of theirs,
     * so nobody waits for it: whoever comes while it runs leaves the work to the thread that is at it.
     */
    private void settle() {
        if (unsettled.getAndIncrement() != 0) {
            return;
        }
        int done = 1;
        do {
            settleOnce();
            done = unsettled.addAndGet(-done);
        } while (done != 0);
    }

    private void settleOnce() {
        if (forgotten) {
            withdraw(exports);
            return;
        }
        ProviderVersion leaving = before.get();
        ProviderVersion version = active.get();
        if (version == null) {
            return;
        }
        version.offers().forEach(this::publish);
        Map<ExportKey, Export> unknown = new ConcurrentHashMap<>(exports);
        unknown.keySet().removeIf(version::knows);
        withdraw(unknown);
        // Whoever used its proxies has let go of them: what comes now through one is late.
        if (leaving != version) {
            before.compareAndSet(leaving, null);
        }
    }

    private void publish(ExportKey key, RawService raw) {
        try {
            exports.computeIfAbsent(key, missing -> new Export(this, missing, platform))
                    .publish(raw.properties());
        } catch (IllegalStateException | IllegalArgumentException refused) {
            // One service that cannot be exported must not keep the others from it.
            LOG.error("{} of capability {} cannot be exported", key.type().getName(), name, refused);
        }
    }

    private void withdraw(Map<ExportKey, Export> unwanted) {
        if (unwanted.isEmpty()) {
            return;
        }
        for (Map.Entry<ExportKey, Export> entry : unwanted.entrySet()) {
            exports.remove(entry.getKey());
            entry.getValue().close();
        }
        changed();
    }
}
