package io.plinth.hotdeploy.internal;

import io.plinth.capability.Capabilities;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.Version;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The versions in all slots, and which of them serves. Every transition of a version is made here, under one lock; nothing
 * is waited for while it is held but {@link #await}, which gives it back.
 *
 * <p>By itself the preferred version of a slot serves as soon as it is ready, else the highest. While a slot is held, an
 * operation decides, and a new version only becomes ready beside the one that serves.
 *
 * <p>A component of its own: capabilities that ask for the versions must not wait for the extender, which waits for the
 * capabilities.
 */
@Component(service = {Capabilities.class, SlotVersions.class})
public final class SlotVersions implements Capabilities {
    private static final Logger LOG = LoggerFactory.getLogger(SlotVersions.class);

    /** Is told, under the lock and so in order, when the traffic of a slot has moved. Must not wait. */
    interface Switches {
        void activated(SlotVersion version);

        void deactivated(String slot);
    }

    private final List<SlotVersion> versions = new ArrayList<>();
    private final Map<String, String> expected = new TreeMap<>();
    private final Map<String, Version> preferred = new HashMap<>();
    private final Set<String> held = new HashSet<>();
    private final Clock clock;
    private @Nullable Switches switches;

    @Activate
    public SlotVersions(@Reference Clock clock) {
        this.clock = clock;
    }

    synchronized void report(@Nullable Switches listener) {
        switches = listener;
    }

    @Override
    public synchronized List<CapabilityVersion> versions() {
        Stream<CapabilityVersion> absent = expected.entrySet().stream()
                .filter(slot ->
                        versions.stream().noneMatch(version -> version.name().equals(slot.getKey())))
                .map(slot -> new CapabilityVersion(slot.getKey(), "", State.STARTING, slot.getValue(), -1, Set.of()));
        return Stream.concat(
                        absent,
                        versions.stream()
                                .sorted(Comparator.comparing(SlotVersion::version))
                                .map(SlotVersion::snapshot))
                .sorted(Comparator.comparing(CapabilityVersion::name))
                .toList();
    }

    /** A slot that is to have a version, and why it has none yet; it is shown as starting. */
    public synchronized void expect(String slot, String reason) {
        expected.put(slot, reason);
    }

    /** Ends {@link #expect}. */
    public synchronized void dismiss(String slot) {
        expected.remove(slot);
    }

    synchronized void add(SlotVersion version) {
        versions.add(version);
        notifyAll();
    }

    synchronized void remove(SlotVersion version) {
        versions.remove(version);
        notifyAll();
    }

    /** The version that a bundle provides. */
    public synchronized Optional<SlotVersion> of(Bundle bundle) {
        return versions.stream()
                .filter(version -> version.bundle().equals(bundle))
                .findFirst();
    }

    /** The version that serves a slot. */
    public synchronized Optional<SlotVersion> active(String slot) {
        return in(slot).filter(version -> version.state() == State.ACTIVE).findFirst();
    }

    /** The slot that has one of these public paths already, other than the one named. */
    public synchronized Optional<String> owner(Set<String> paths, String except) {
        return versions.stream()
                .filter(version -> !version.name().equals(except))
                .filter(version -> version.manifest().paths().stream().anyMatch(paths::contains))
                .map(SlotVersion::name)
                .findFirst();
    }

    /** The versions of a slot. */
    public synchronized List<SlotVersion> all(String slot) {
        return in(slot).toList();
    }

    private Stream<SlotVersion> in(String slot) {
        return versions.stream().filter(version -> version.name().equals(slot));
    }

    /** From now on an operation decides which version of the slot serves. */
    public synchronized void hold(String slot) {
        held.add(slot);
    }

    /** Ends {@link #hold}; the version that serves goes on. */
    public synchronized void release(String slot) {
        held.remove(slot);
    }

    /** The version that is to serve whenever it is ready; {@code null} for the highest. */
    public synchronized void prefer(String slot, @Nullable Version version) {
        if (version == null) {
            preferred.remove(slot);
        } else {
            preferred.put(slot, version);
        }
    }

    /**
     * Claims a version for publication once its resources are complete.
     *
     * @return number of the claim; 0 when there is nothing to publish
     */
    synchronized long claim(SlotVersion version, long resourcesExpected) {
        if (version.isClaimed() || version.resourceCount() < resourcesExpected) {
            return 0;
        }
        version.claim();
        version.become(State.STARTING, "is being published");
        notifyAll();
        return version.claimNumber();
    }

    /** What a version that does not serve yet waits for. */
    synchronized void waiting(SlotVersion version, long claimNumber, String why) {
        if (version.claimNumber() == claimNumber && version.state() == State.STARTING) {
            version.become(State.STARTING, why);
            notifyAll();
        }
    }

    /** Gives a claim back that could not be published. */
    synchronized void unclaim(SlotVersion version, String why) {
        version.release();
        version.become(State.STARTING, why);
        notifyAll();
    }

    /** A version answers: it serves, or stands by. An answer to an earlier claim is not taken. */
    synchronized void ready(SlotVersion version, long claimNumber) {
        if (!version.isClaimed() || version.claimNumber() != claimNumber || version.state() != State.STARTING) {
            return;
        }
        Optional<SlotVersion> serving = active(version.name());
        if (mayServe(version, serving)) {
            switchTo(version);
        } else {
            version.become(State.STANDBY, standby(serving));
            LOG.info("Capability {} is ready beside {}", version, serving.orElse(null));
        }
        notifyAll();
    }

    private boolean mayServe(SlotVersion version, Optional<SlotVersion> serving) {
        if (held.contains(version.name())) {
            // It only comes back: its resources have restarted, and perhaps another one helped out meanwhile.
            return isPreferred(version) && serving.filter(this::isPreferred).isEmpty();
        }
        return serving.isEmpty() || rank().compare(version, serving.get()) > 0;
    }

    private boolean isPreferred(SlotVersion version) {
        return version.version().equals(preferred.get(version.name()));
    }

    private static String standby(Optional<SlotVersion> serving) {
        return serving.map(other -> "ready; " + other.version() + " serves").orElse("ready");
    }

    private Comparator<SlotVersion> rank() {
        return Comparator.comparing(this::isPreferred).thenComparing(SlotVersion::version);
    }

    /**
     * Gives a ready version the traffic of its slot, at one stroke.
     *
     * @return false when it is not ready any more
     */
    public synchronized boolean activate(SlotVersion version) {
        if (version.state() == State.ACTIVE) {
            return true;
        }
        if (version.state() != State.STANDBY) {
            return false;
        }
        switchTo(version);
        notifyAll();
        return true;
    }

    private void switchTo(SlotVersion version) {
        Optional<SlotVersion> before = active(version.name());
        version.target().activate();
        version.become(State.ACTIVE, "");
        version.servesSince(clock.instant());
        before.ifPresent(old -> old.become(State.STANDBY, standby(Optional.of(version))));
        if (switches != null) {
            switches.activated(version);
        }
        LOG.info("Capability {} serves", version);
    }

    /** Takes a version out of the traffic, without another one in its place: its slot is removed. */
    public synchronized void withdraw(SlotVersion version, String why) {
        if (version.state() == State.ACTIVE) {
            version.target().deactivate();
            version.become(State.STANDBY, why);
            if (switches != null) {
                switches.deactivated(version.name());
            }
            notifyAll();
        }
    }

    /**
     * Begins to take a version out: another ready version of the slot gets the traffic first.
     *
     * @return false when it is not published, or on its way out already
     */
    synchronized boolean retiring(SlotVersion version, String why) {
        if (!version.isClaimed() || version.state() == State.DRAINING) {
            return false;
        }
        if (version.state() == State.ACTIVE) {
            version.become(State.DRAINING, why);
            Optional<SlotVersion> next = in(version.name())
                    .filter(other -> other.state() == State.STANDBY)
                    .max(rank());
            if (next.isPresent()) {
                switchTo(next.get());
            } else {
                version.target().deactivate();
                if (switches != null) {
                    switches.deactivated(version.name());
                }
            }
        } else {
            // It may have a share of the callers.
            version.target().deactivate();
        }
        version.become(State.DRAINING, why);
        notifyAll();
        return true;
    }

    /** Ends {@link #retiring}: the version can be claimed again. */
    synchronized void retired(SlotVersion version, String why) {
        version.release();
        version.become(State.STARTING, why);
        notifyAll();
        LOG.info("Capability {} no longer serves: {}", version, why);
    }

    /**
     * Waits until the version of a bundle is as wished.
     *
     * @param wish is given empty while the bundle has no version
     * @return whether that came true in time
     */
    public synchronized boolean await(Bundle bundle, long timeoutMillis, Predicate<Optional<SlotVersion>> wish)
            throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        while (!wish.test(of(bundle))) {
            long leftNanos = deadline - System.nanoTime();
            if (leftNanos <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, leftNanos);
        }
        return true;
    }
}
