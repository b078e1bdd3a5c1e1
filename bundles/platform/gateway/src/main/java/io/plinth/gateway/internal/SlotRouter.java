package io.plinth.gateway.internal;

import io.plinth.gateway.RequestRouter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;

/**
 * The router: an immutable table of public paths, each naming a slot, and in each slot one reference to the version that
 * serves. A request reads two volatile fields and increments one counter.
 */
@Component(service = {SlotRouter.class, RequestRouter.class})
public final class SlotRouter implements RequestRouter {
    private final Map<String, Slot> slots = new HashMap<>();
    private volatile Map<String, Slot> slotByPath = Map.of();

    @Override
    public @Nullable Lease acquire(String decodedPath) {
        Slot slot = find(decodedPath);
        return slot == null ? null : slot.acquire();
    }

    @Override
    public boolean isKnown(String decodedPath) {
        return find(decodedPath) != null;
    }

    /** Requests in flight over all slots. */
    int inFlight() {
        return slotByPath.values().stream()
                .distinct()
                .mapToInt(slot -> slot.inFlight.get())
                .sum();
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
    public synchronized Target add(String slotName, String version, String base, Set<String> paths) {
        for (String path : paths) {
            if (!path.startsWith("/") || path.length() < 2 || path.endsWith("/")) {
                throw new IllegalArgumentException(
                        "A public path starts with a slash and does not end with one: " + path);
            }
            Slot owner = slotByPath.get(path);
            if (owner != null && !owner.name.equals(slotName)) {
                throw new IllegalArgumentException("Path " + path + " already belongs to " + owner.name);
            }
        }
        Slot slot = slots.computeIfAbsent(slotName, Slot::new);
        VersionTarget target = new VersionTarget(slot, version, base, paths);
        slot.versions.add(target);
        rebuild();
        return target;
    }

    private void forget(VersionTarget target) {
        target.slot.versions.remove(target);
        if (target.slot.versions.isEmpty()) {
            slots.remove(target.slot.name);
        }
        rebuild();
    }

    private void rebuild() {
        Map<String, Slot> table = new HashMap<>();
        for (Slot slot : slots.values()) {
            for (VersionTarget version : slot.versions) {
                version.paths.forEach(path -> table.put(path, slot));
            }
        }
        slotByPath = Map.copyOf(table);
    }

    /** One capability: its versions, guarded by the router, and the one that serves. */
    private static final class Slot {
        private final String name;
        private final Set<VersionTarget> versions = new HashSet<>();
        private final AtomicInteger inFlight = new AtomicInteger();
        private volatile @Nullable VersionTarget active;

        Slot(String name) {
            this.name = name;
        }

        /**
         * Counts a request into the active version. The reference is read again after counting: a version that was switched
         * off in between would otherwise be stopped under the request.
         */
        @Nullable
        Lease acquire() {
            while (true) {
                VersionTarget target = active;
                if (target == null) {
                    return null;
                }
                target.inFlight.incrementAndGet();
                if (active == target) {
                    inFlight.incrementAndGet();
                    return new HeldRequest(target);
                }
                target.inFlight.decrementAndGet();
            }
        }
    }

    private static final class HeldRequest implements Lease {
        private final VersionTarget target;
        private final AtomicBoolean closed = new AtomicBoolean();

        HeldRequest(VersionTarget target) {
            this.target = target;
        }

        @Override
        public String base() {
            return target.base;
        }

        @Override
        public String slot() {
            return target.slot.name;
        }

        @Override
        public String version() {
            return target.version;
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                target.inFlight.decrementAndGet();
                target.slot.inFlight.decrementAndGet();
            }
        }
    }

    private final class VersionTarget implements Target {
        private final Slot slot;
        private final String version;
        private final String base;
        private final Set<String> paths;
        private final AtomicInteger inFlight = new AtomicInteger();

        VersionTarget(Slot slot, String version, String base, Set<String> paths) {
            this.slot = slot;
            this.version = version;
            this.base = base;
            this.paths = Set.copyOf(paths);
        }

        @Override
        public void activate() {
            synchronized (SlotRouter.this) {
                if (!slot.versions.contains(this)) {
                    throw new IllegalStateException(slot.name + " " + version + " was removed");
                }
                slot.active = this;
            }
        }

        @Override
        public void deactivate() {
            synchronized (SlotRouter.this) {
                if (slot.active == this) {
                    slot.active = null;
                }
            }
        }

        @Override
        public boolean isActive() {
            return slot.active == this;
        }

        @Override
        public int inFlight() {
            return inFlight.get();
        }

        @Override
        public void remove() {
            synchronized (SlotRouter.this) {
                deactivate();
                forget(this);
            }
        }
    }
}
