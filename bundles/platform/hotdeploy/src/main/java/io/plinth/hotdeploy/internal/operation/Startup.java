package io.plinth.hotdeploy.internal.operation;

import io.plinth.hotdeploy.internal.pack.CapabilityPackage;
import io.plinth.hotdeploy.internal.pack.CapabilityPackage.Part;
import io.plinth.hotdeploy.internal.pack.DesiredState.Choice;
import io.plinth.hotdeploy.internal.pack.DesiredState.SetAside;
import io.plinth.hotdeploy.internal.pack.DesiredState.Slot;
import io.plinth.hotdeploy.internal.pack.PackageRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Version;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the desired state true when the server starts: takes the capabilities of the distribution in, removes what is left
 * of operations that were cut off, and starts each capability. A version that breaks the start is set aside, and the one
 * before it is started instead.
 */
final class Startup implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Startup.class);
    private static final int ATTEMPTS_MAX = 2;
    private static final long POLL_MILLIS = 10;
    private static final long START_LEVEL_TIMEOUT_MILLIS = 120_000;

    private final BundleContext context;
    private final Surroundings around;
    private final Planner planner;
    private final Path builtInFolder;
    private final StartAttempts attempts;
    private final Function<String, Lock> locks;
    private final Map<String, CapabilityPackage> builtIn = new HashMap<>();
    private final Map<String, CapabilityPackage> wanted = new TreeMap<>();

    /**
     * Takes what it works with.
     *
     * @param locks of the slots, shared with the operations
     */
    Startup(
            BundleContext context,
            Surroundings around,
            Planner planner,
            Path builtInFolder,
            StartAttempts attempts,
            Function<String, Lock> locks) {
        this.context = context;
        this.around = around;
        this.planner = planner;
        this.builtInFolder = builtInFolder;
        this.attempts = attempts;
        this.locks = locks;
    }

    /** What needs no other bundle, done before anybody may ask for a capability. */
    void prepare() throws IOException {
        for (Path file : builtInFiles()) {
            try {
                take(around.packages().copy(file));
            } catch (PackageRefusedException broken) {
                throw new IOException(file + " is no capability: " + broken.getMessage(), broken);
            }
        }
        for (Map.Entry<String, Slot> slot : around.desired().slots().entrySet()) {
            choose(slot.getKey(), slot.getValue()).ifPresent(this::wantOrSetAside);
        }
        around.packages().retain(around.desired().digests());
        wanted.values().forEach(this::install);
    }

    /** Only installed, so that whoever checks configurations knows its own; what fails here fails again at its start. */
    private void install(CapabilityPackage taken) {
        for (Part part : taken.bundles()) {
            try {
                if (around.bundles().shared(taken, part).isEmpty()) {
                    around.bundles().install(taken, part);
                }
            } catch (IOException | BundleException failed) {
                LOG.warn("{} of {} cannot be installed: {}", part, taken, failed.getMessage());
            }
        }
    }

    private List<Path> builtInFiles() throws IOException {
        if (!Files.isDirectory(builtInFolder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(builtInFolder)) {
            return files.filter(file ->
                            file.toString().endsWith(".jar") || file.toString().endsWith(".kar"))
                    .sorted()
                    .toList();
        }
    }

    /** A capability of the distribution is wished for unless an administrator has decided otherwise since. */
    private void take(CapabilityPackage taken) throws IOException {
        builtIn.put(taken.name(), taken);
        Choice choice = Choice.of(taken, true);
        Slot slot = around.desired().slot(taken.name()).orElse(Slot.NONE);
        String seen = slot.builtInSeen();
        boolean isNews = seen == null || taken.version().compareTo(Version.parseVersion(seen)) > 0;
        Choice active = slot.active();
        boolean wasRemoved = active == null && seen != null && slot.setAside().isEmpty();
        boolean isHigher = active == null || taken.version().compareTo(Version.parseVersion(active.version())) > 0;
        // The same version with other bytes: a distribution that was built anew.
        boolean isRebuilt = active != null
                && active.isBuiltIn()
                && active.version().equals(choice.version())
                && !active.sha256().equals(choice.sha256());
        if (isRebuilt || (isNews && isHigher && !wasRemoved)) {
            around.desired()
                    .change(
                            taken.name(),
                            old -> new Slot(
                                    choice,
                                    isRebuilt ? old.previous() : old.active(),
                                    around.clock().instant().toString(),
                                    choice.version(),
                                    old.setAside()));
        } else if (!choice.version().equals(seen)) {
            around.desired()
                    .change(
                            taken.name(),
                            old -> new Slot(
                                    old.active(), old.previous(), old.since(), choice.version(), old.setAside()));
        }
    }

    /** The version to start: the first wished one that is fit to be tried. */
    private Optional<CapabilityPackage> choose(String name, Slot slot) {
        Choice active = slot.active();
        if (active == null) {
            return Optional.empty();
        }
        try {
            if (attempts.of(active.sha256()) >= ATTEMPTS_MAX) {
                throw new PackageRefusedException("The server ended " + attempts.of(active.sha256()) + " times while "
                        + name + " " + active.version() + " was being started.");
            }
            CapabilityPackage taken = around.packages().open(active.sha256());
            if (!active.isBuiltIn()) {
                planner.verify(taken.file());
            }
            return Optional.of(taken);
        } catch (PackageRefusedException refused) {
            return setAside(name, active, String.valueOf(refused.getMessage()));
        }
    }

    private void wantOrSetAside(CapabilityPackage taken) {
        try {
            want(taken);
        } catch (IllegalArgumentException conflict) {
            around.versions().dismiss(taken.name());
            wanted.remove(taken.name());
            setAside(taken.name(), Choice.of(taken, isBuiltIn(taken)), String.valueOf(conflict.getMessage()))
                    .ifPresent(this::want);
        }
    }

    private void want(CapabilityPackage taken) {
        wanted.put(taken.name(), taken);
        around.versions().expect(taken.name(), "is starting");
        around.versions().prefer(taken.name(), taken.version());
        around.router().keep(taken.name(), taken.manifest().paths());
    }

    /** Notes that a version broke the start, and chooses the next one. */
    private Optional<CapabilityPackage> setAside(String name, Choice choice, String reason) {
        LOG.error("Capability {} {} is set aside: {}", name, choice.version(), reason);
        try {
            around.desired().change(name, slot -> {
                if (!choice.equals(slot.active())) {
                    return slot;
                }
                List<SetAside> setAside = new ArrayList<>(slot.setAside());
                setAside.removeIf(old -> old.choice().sha256().equals(choice.sha256()));
                setAside.add(new SetAside(choice, reason));
                return new Slot(
                        next(name, slot, choice),
                        null,
                        around.clock().instant().toString(),
                        slot.builtInSeen(),
                        setAside);
            });
            return choose(name, around.desired().slot(name).orElse(Slot.NONE));
        } catch (IOException failed) {
            LOG.error("That {} is set aside cannot be noted", name, failed);
            return Optional.empty();
        }
    }

    private @Nullable Choice next(String name, Slot slot, Choice broken) {
        Choice previous = slot.previous();
        if (previous != null && !previous.sha256().equals(broken.sha256())) {
            return previous;
        }
        CapabilityPackage own = builtIn.get(name);
        return own == null || own.sha256().equals(broken.sha256()) ? null : Choice.of(own, true);
    }

    @Override
    public void run() {
        try {
            awaitStartLevel();
            removeLeftovers();
            startAll();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The server ends before all have started, and not by their fault. */
    void abandon() {
        try {
            attempts.end();
        } catch (IOException failed) {
            LOG.warn("The start attempts cannot be taken back: {}", failed.getMessage());
        }
    }

    private boolean isBuiltIn(CapabilityPackage taken) {
        return builtIn.values().stream().anyMatch(own -> own.sha256().equals(taken.sha256()));
    }

    /** Bundles can only be started for this run once the framework has reached their level. */
    private void awaitStartLevel() throws InterruptedException {
        FrameworkStartLevel framework = context.getBundle(0).adapt(FrameworkStartLevel.class);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_LEVEL_TIMEOUT_MILLIS);
        while (framework.getStartLevel() < framework.getInitialBundleStartLevel() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    private void removeLeftovers() throws InterruptedException {
        Set<Bundle> needed = new HashSet<>();
        wanted.values().forEach(taken -> needed.addAll(around.bundles().of(taken)));
        List<Bundle> left = around.bundles().all().stream()
                .filter(bundle -> !needed.contains(bundle))
                .toList();
        if (!left.isEmpty()) {
            LOG.info("Bundles that no capability needs any more are removed: {}", left);
            around.bundles().uninstall(left, true);
        }
    }

    private void startAll() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (CapabilityPackage taken : wanted.values()) {
            Thread thread = new Thread(() -> start(taken), "plinth-start-" + taken.name());
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void start(CapabilityPackage first) {
        Optional<CapabilityPackage> next = Optional.of(first);
        Lock lock = locks.apply(first.name());
        lock.lock();
        try {
            while (next.isPresent()) {
                CapabilityPackage taken = next.get();
                if (!isBuiltIn(taken)) {
                    attempts.begin(taken.sha256());
                }
                next = tryOrChoose(taken);
                attempts.end(taken.sha256());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (IOException failed) {
            LOG.error("Capability {} could not be started", first, failed);
        } finally {
            lock.unlock();
        }
    }

    /** Starts one version; empty when that is done, else the one to try next. */
    private Optional<CapabilityPackage> tryOrChoose(CapabilityPackage taken) throws InterruptedException {
        Candidate candidate = new Candidate(taken, around, Deadline.none());
        try {
            candidate.install();
            candidate.start();
            candidate.awaitAnswer();
            return Optional.empty();
        } catch (StepFailedException failed) {
            Choice choice = Choice.of(taken, isBuiltIn(taken));
            if (choice.isBuiltIn() || !failed.isFaultOfPackage()) {
                // It goes on trying by itself: perhaps the database is away. Another version would fare no better.
                LOG.error("Capability {} has not started yet: {}", taken, failed.getMessage());
                return Optional.empty();
            }
            candidate.discard();
            Optional<CapabilityPackage> next = setAside(taken.name(), choice, String.valueOf(failed.getMessage()));
            if (next.isEmpty()) {
                around.versions().dismiss(taken.name());
                around.router().forget(taken.name());
            }
            next.ifPresent(this::want);
            return next;
        }
    }
}
