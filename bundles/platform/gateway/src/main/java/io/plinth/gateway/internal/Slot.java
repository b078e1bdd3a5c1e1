package io.plinth.gateway.internal;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One capability: its versions and the paths kept for it, guarded by the router, and who of them serves. */
final class Slot {
    private static final Routing NOBODY = new Routing(null, null, 0);

    private final String name;
    private final Set<VersionTarget> versions = new HashSet<>();
    private Set<String> keptPaths = Set.of();
    private boolean isForgotten;
    private volatile Routing routing = NOBODY;

    Slot(String name) {
        this.name = name;
    }

    /**
     * Who serves, always replaced as a whole, so that a request sees one state of it.
     *
     * @param active version of all callers
     * @param canary version of a share of them instead
     * @param percent this share
     */
    private record Routing(
            @Nullable VersionTarget active, @Nullable VersionTarget canary, int percent) {
        /** Asks for the caller only while there is a choice. */
        @Nullable
        VersionTarget choose(String slot, Supplier<String> caller) {
            return canary != null && CallerShare.includes(slot, caller.get(), percent) ? canary : active;
        }
    }

    String name() {
        return name;
    }

    /** The live set; guarded by the router. */
    Set<VersionTarget> versions() {
        return versions;
    }

    void keep(Set<String> paths) {
        keptPaths = paths;
        isForgotten = false;
    }

    /** Its paths are nobody's, though versions of it may still finish what they have. */
    void forget() {
        keptPaths = Set.of();
        isForgotten = true;
    }

    /** A version came: it is meant again. */
    void add(VersionTarget version) {
        versions.add(version);
        isForgotten = false;
    }

    Set<String> paths() {
        if (isForgotten) {
            return Set.of();
        }
        Set<String> paths = new HashSet<>(keptPaths);
        versions.forEach(version -> paths.addAll(version.registration().paths()));
        return paths;
    }

    boolean isEmpty() {
        return versions.isEmpty() && keptPaths.isEmpty();
    }

    /**
     * Counts a request into the version that serves it. The reference is read again after counting: a version that was
     * switched off in between would otherwise be stopped under the request.
     */
    @Nullable
    HeldRequest acquire(Supplier<String> caller) {
        while (true) {
            Routing now = routing;
            VersionTarget target = now.choose(name, caller);
            if (target == null) {
                return null;
            }
            target.countIn();
            if (routing == now) {
                return new HeldRequest(target);
            }
            target.countOut();
        }
    }

    boolean hasActive() {
        return routing.active != null;
    }

    boolean isActive(VersionTarget version) {
        return routing.active == version;
    }

    void activate(VersionTarget version) {
        routing = new Routing(version, null, 0);
    }

    void canary(VersionTarget version, int percent) {
        Routing now = routing;
        if (percent > 0) {
            routing = new Routing(now.active, version, percent);
        } else if (now.canary == version) {
            routing = new Routing(now.active, null, 0);
        }
    }

    void deactivate(VersionTarget version) {
        Routing now = routing;
        if (now.active == version) {
            routing = new Routing(null, now.canary, now.percent);
        } else if (now.canary == version) {
            routing = new Routing(now.active, null, 0);
        }
    }
}
