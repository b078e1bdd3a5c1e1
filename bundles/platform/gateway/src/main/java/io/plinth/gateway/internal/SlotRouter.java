package io.plinth.gateway.internal;

import io.plinth.gateway.RequestRouter;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;

/**
 * The router: an immutable table of public paths, each naming a slot, and in each slot one reference to who serves. A
 * request reads two volatile fields and increments one counter. Whatever changes the routes holds the lock of this object.
 */
@Component(
        service = {SlotRouter.class, RequestRouter.class},
        configurationPid = "io.plinth.gateway")
public final class SlotRouter implements RequestRouter {
    private static final int PARKED_MAX = 100_000;
    private static final long PARK_MILLIS_MAX = 25_000;

    private final Map<String, Slot> slots = new HashMap<>();
    private final Parking parking = new Parking();
    private volatile Map<String, Slot> slotByPath = Map.of();
    private volatile boolean booting = true;
    private volatile boolean closed;
    private volatile GateConfig config;

    @Activate
    public SlotRouter(GateConfig config) {
        this.config = config;
    }

    /** Without this a changed setting would replace the router and lose its routes. */
    @Modified
    void modified(GateConfig changed) {
        config = changed;
    }

    @Deactivate
    void stop() {
        endParking();
    }

    @Override
    public @Nullable Lease acquire(String decodedPath, Supplier<String> caller) {
        Slot slot = find(decodedPath);
        return slot == null ? null : slot.acquire(caller);
    }

    @Override
    public boolean isKnown(String decodedPath) {
        return find(decodedPath) != null;
    }

    /** Until the boot has ended every path may still come. */
    boolean isBooting() {
        return booting;
    }

    void bootFinished() {
        booting = false;
        resumeSettled();
    }

    @Override
    public @Nullable Parked park(String decodedPath, Runnable resume) {
        if (!booting && !isKnown(decodedPath)) {
            return null;
        }
        GateConfig limits = config;
        Parked parked = parking.park(
                decodedPath,
                resume,
                Math.min(PARKED_MAX, limits.parkedRequestsMax()),
                Math.min(PARK_MILLIS_MAX, Math.max(0, limits.parkTimeoutMillis())));
        if (parked != null && isSettled(decodedPath)) {
            // A version came after the request had found none.
            resumeSettled();
        }
        return parked;
    }

    /** Whether there is nothing to wait for: the path has a version, or belongs to nobody. */
    private boolean isSettled(String path) {
        Slot slot = find(path);
        return closed || (slot == null ? !booting : slot.hasActive());
    }

    private void resumeSettled() {
        parking.resume(this::isSettled);
    }

    /** Lets nobody wait any more, and resumes who does. */
    void endParking() {
        closed = true;
        parking.close();
    }

    int parked() {
        return parking.count();
    }

    /** Requests in flight over all slots. */
    synchronized int inFlight() {
        return slots.values().stream()
                .flatMap(slot -> slot.versions().stream())
                .mapToInt(VersionTarget::inFlight)
                .sum();
    }

    /** Asks the endless streams of all slots to end. */
    synchronized void endStreams() {
        slots.values().forEach(slot -> slot.versions().forEach(VersionTarget::endStreams));
    }

    private @Nullable Slot find(String path) {
        Map<String, Slot> table = slotByPath;
        for (int end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
            Slot slot = table.get(path.substring(0, end));
            if (slot != null) {
                return slot;
            }
        }
        return null;
    }

    @Override
    public synchronized Target add(Registration registration) {
        check(registration.slot(), registration.paths());
        Slot slot = slots.computeIfAbsent(registration.slot(), Slot::new);
        VersionTarget target = new VersionTarget(this, slot, registration);
        slot.add(target);
        rebuild();
        return target;
    }

    @Override
    public void keep(String slotName, Set<String> paths) {
        synchronized (this) {
            check(slotName, paths);
            slots.computeIfAbsent(slotName, Slot::new).keep(Set.copyOf(paths));
            rebuild();
        }
        resumeSettled();
    }

    @Override
    public void forget(String slotName) {
        synchronized (this) {
            Slot slot = slots.get(slotName);
            if (slot == null) {
                return;
            }
            slot.forget();
            rebuild();
        }
        resumeSettled();
    }

    private void check(String slotName, Set<String> paths) {
        for (String path : paths) {
            if (!path.startsWith("/") || path.length() < 2 || path.endsWith("/")) {
                throw new IllegalArgumentException(
                        "A public path starts with a slash and does not end with one: " + path);
            }
            Slot owner = slotByPath.get(path);
            if (owner != null && !owner.name().equals(slotName)) {
                throw new IllegalArgumentException("Path " + path + " already belongs to " + owner.name());
            }
        }
    }

    private void rebuild() {
        slots.values().removeIf(Slot::isEmpty);
        Map<String, Slot> table = new HashMap<>();
        slots.values().forEach(slot -> slot.paths().forEach(path -> table.put(path, slot)));
        slotByPath = Map.copyOf(table);
    }

    void activate(VersionTarget version) {
        synchronized (this) {
            requireThere(version).activate(version);
        }
        resumeSettled();
    }

    synchronized void canary(VersionTarget version, int percent) {
        Slot slot = requireThere(version);
        if (percent > 0 && slot.isActive(version)) {
            throw new IllegalStateException(version + " has all the traffic already");
        }
        slot.canary(version, percent);
    }

    private static Slot requireThere(VersionTarget version) {
        Slot slot = version.slot();
        if (!slot.versions().contains(version)) {
            throw new IllegalStateException(version + " was removed");
        }
        return slot;
    }

    synchronized void deactivate(VersionTarget version) {
        version.slot().deactivate(version);
    }

    void remove(VersionTarget version) {
        synchronized (this) {
            version.slot().deactivate(version);
            version.slot().versions().remove(version);
            rebuild();
        }
        resumeSettled();
    }
}
