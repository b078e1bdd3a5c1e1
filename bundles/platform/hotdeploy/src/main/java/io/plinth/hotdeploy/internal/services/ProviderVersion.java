package io.plinth.hotdeploy.internal.services;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

/** The provider bundle of one version, what it exports and the calls that run in it. */
class ProviderVersion {
    private static final Comparator<RawService> WORST_FIRST =
            (one, other) -> one.reference().compareTo(other.reference());

    private final Slot slot;
    private final Bundle provider;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Map<ServiceReference<?>, RawService> raws = new ConcurrentHashMap<>();
    private final Set<ExportKey> known = ConcurrentHashMap.newKeySet();
    private volatile Map<ExportKey, RawService> offers = Map.of();
    private volatile boolean closed;

    ProviderVersion(Slot slot, Bundle provider) {
        this.slot = slot;
        this.provider = provider;
    }

    Slot slot() {
        return slot;
    }

    void enter() {
        inFlight.incrementAndGet();
    }

    void leave() {
        inFlight.decrementAndGet();
    }

    int inFlight() {
        return inFlight.get();
    }

    boolean isClosed() {
        return closed;
    }

    /** Whether this service of the bundle is one that others reach through a proxy. */
    boolean isExport(ServiceReference<?> reference) {
        return raws.containsKey(reference) || !ExportKey.of(reference).isEmpty();
    }

    /** Takes note of a service that came or changed. */
    void appeared(ServiceReference<?> reference) {
        Set<ExportKey> keys = ExportKey.of(reference);
        if (keys.isEmpty()) {
            return;
        }
        synchronized (this) {
            raws.putIfAbsent(reference, new RawService(reference, provider, keys));
            // It may have gone before it was noted.
            if (closed || reference.getBundle() == null) {
                raws.remove(reference);
            }
            arrange();
        }
    }

    /** Takes note of a service that goes; the key stays known, since a component that restarts comes back. */
    void vanished(ServiceReference<?> reference) {
        RawService gone;
        synchronized (this) {
            gone = raws.remove(reference);
            arrange();
        }
        if (gone != null) {
            gone.release();
        }
    }

    private void arrange() {
        Map<ExportKey, RawService> best = new HashMap<>();
        raws.values().stream().sorted(WORST_FIRST).forEach(raw -> raw.keys().forEach(key -> best.put(key, raw)));
        offers = Map.copyOf(best);
        known.addAll(best.keySet());
    }

    /** What there is now; of several services with one key the one that the framework prefers. */
    Map<ExportKey, RawService> offers() {
        return offers;
    }

    /** Whether the version has this export, or had it and may have it again. */
    boolean knows(ExportKey key) {
        return known.contains(key);
    }

    @Nullable
    Object service(ExportKey key) {
        RawService raw = offers.get(key);
        return raw == null ? null : raw.service();
    }

    /** All exported services registered under a type, whether the version is active or not. */
    <T> List<T> services(Class<T> type) {
        return raws.values().stream()
                .filter(raw -> raw.keys().stream().anyMatch(key -> key.type().equals(type)))
                .sorted(WORST_FIRST.reversed())
                .map(RawService::service)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    /** Makes the services before the first call needs them. */
    void warm() {
        offers.values().forEach(RawService::service);
    }

    /** Lets go of all services; from now on there are none. */
    void close() {
        List<RawService> left;
        synchronized (this) {
            closed = true;
            left = List.copyOf(raws.values());
            raws.clear();
            arrange();
        }
        left.forEach(RawService::release);
    }

    @Override
    public String toString() {
        return slot.name() + " " + provider.getVersion();
    }
}
