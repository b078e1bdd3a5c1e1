package io.plinth.hotdeploy.internal.operation;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.plinth.capability.Capabilities.CapabilityVersion;
import io.plinth.capability.Capabilities.State;
import io.plinth.capability.CapabilityOperations;
import io.plinth.gateway.RequestRouter;
import io.plinth.health.StartupFailure;
import io.plinth.hotdeploy.internal.HotDeployConfig;
import io.plinth.hotdeploy.internal.SlotExtender;
import io.plinth.hotdeploy.internal.SlotVersion;
import io.plinth.hotdeploy.internal.SlotVersions;
import io.plinth.hotdeploy.internal.explain.Explanations;
import io.plinth.hotdeploy.internal.leak.LeakLimits;
import io.plinth.hotdeploy.internal.leak.RevisionWatch;
import io.plinth.hotdeploy.internal.pack.CapabilityPackage;
import io.plinth.hotdeploy.internal.pack.DesiredState;
import io.plinth.hotdeploy.internal.pack.DesiredState.Choice;
import io.plinth.hotdeploy.internal.pack.DesiredState.SetAside;
import io.plinth.hotdeploy.internal.pack.DesiredState.Slot;
import io.plinth.hotdeploy.internal.pack.PackageFolder;
import io.plinth.hotdeploy.internal.pack.PackageRefusedException;
import io.plinth.hotdeploy.internal.pack.PackageSignature;
import io.plinth.problem.ProblemException;
import io.plinth.problem.ProblemType;
import io.plinth.tx.Migrations;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/** The operations on capabilities: looks at what is asked for, and lets it run in the {@link OperationQueue}. */
@Component(service = CapabilityOperations.class, immediate = true, configurationPid = "io.plinth.hotdeploy")
public final class Operations implements CapabilityOperations {
    static final ProblemType PACKAGE_REFUSED = new ProblemType("package-refused", 422, "Package refused");
    static final ProblemType NO_PREVIOUS_VERSION =
            new ProblemType("no-previous-version", 409, "There is no version to go back to");
    static final ProblemType PLATFORM_PART = new ProblemType("platform-part", 409, "Part of the platform");
    static final ProblemType IN_USE = new ProblemType("capability-in-use", 409, "Used by other capabilities");
    private static final int COLLECTIONS_MAX = 2;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);
    private static final String LEAKED = "plinth.capability.leaked.revisions";

    private final TimeBasedEpochGenerator ids = Generators.timeBasedEpochGenerator();
    private final Surroundings around;
    private final Planner planner;
    private final OperationLog log;
    private final RevisionWatch watch;
    private final Startup startup;
    private final Clock clock;
    private final OperationQueue queue = new OperationQueue();

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Migrations migrations;

    @Activate
    public Operations(
            @Reference SlotVersions versions,
            @Reference SlotExtender extender,
            @Reference RequestRouter router,
            @Reference ServiceComponentRuntime components,
            @Reference Clock clock,
            @Reference MeterRegistry meters,
            @Reference(target = StartupFailure.FILTER, cardinality = ReferenceCardinality.OPTIONAL) @Nullable
                    Consumer<String> startupFailure,
            BundleContext context,
            HotDeployConfig config)
            throws IOException {
        this.clock = clock;
        Path data = Path.of(property(context, "plinth.data"));
        Path folder = data.resolve("capabilities");
        SlotBundles bundles = new SlotBundles(context);
        this.watch = new RevisionWatch(new LeakLimits(
                COLLECTIONS_MAX,
                Duration.ofMillis(config.leakCheckMillis()),
                LeakLimits.DEFAULT.walkTimeout(),
                LeakLimits.DEFAULT.walkInterval()));
        this.around = new Surroundings(
                versions,
                extender,
                router,
                bundles,
                new PackageFolder(folder.resolve("packages")),
                new PackageSignature(data),
                desired(folder, startupFailure),
                components,
                () -> migrations,
                new OldRevisions(bundles, watch, config.leakCheckMillis()),
                config,
                clock);
        this.planner = new Planner(around);
        this.log = new OperationLog(folder.resolve("operations"));
        Gauge.builder(LEAKED, watch, RevisionWatch::leakedCount)
                .description("Versions of capabilities that were removed, but whose classes are still in memory")
                .register(meters);
        this.startup = new Startup(
                context,
                around,
                planner,
                Path.of(property(context, "plinth.home")).resolve("capabilities"),
                new StartAttempts(folder.resolve("starting.json")),
                queue::lock);
        try {
            startup.prepare();
        } catch (IOException | RuntimeException failed) {
            bundles.close();
            report(startupFailure, folder, failed);
            throw failed;
        }
        log.settle(this::isWished, clock.instant());
        Thread thread = new Thread(startup, "plinth-desired-state");
        thread.setDaemon(true);
        thread.start();
    }

    private static DesiredState desired(Path folder, @Nullable Consumer<String> startupFailure) throws IOException {
        try {
            return new DesiredState(folder.resolve("state.json"));
        } catch (IOException failed) {
            report(startupFailure, folder, failed);
            throw failed;
        }
    }

    private static void report(@Nullable Consumer<String> startupFailure, Path folder, Exception failed) {
        if (startupFailure != null) {
            String cause =
                    String.valueOf(failed.getMessage()).lines().findFirst().orElse("");
            startupFailure.accept("The capabilities to install cannot be read from " + folder + ": " + cause
                    + ". Mend it, or move it away to begin with those of the distribution.");
        }
    }

    private static String property(BundleContext context, String name) {
        String value = context.getProperty(name);
        if (value == null) {
            throw new IllegalStateException("The framework property " + name + " is not set");
        }
        return value;
    }

    private boolean isWished(String name, String version) {
        String active = around.desired()
                .slot(name)
                .map(Slot::active)
                .map(Choice::version)
                .orElse("");
        return active.equals(version);
    }

    /** Limits are read at the start. */
    @Modified
    void modified() {
        // The extender says so.
    }

    @Deactivate
    void deactivate() {
        startup.abandon();
        around.bundles().close();
        around.revisions().close();
    }

    @Override
    public Plan plan(InputStream capabilityPackage, Options options) {
        OperationQueue.Permit permit = queue.upload();
        try {
            CapabilityPackage taken = around.packages().receive(capabilityPackage, PACKAGE_BYTES_MAX, planner::verify);
            try {
                return planner.check(taken, options.force());
            } finally {
                drop(taken);
            }
        } catch (StepFailedException | PackageRefusedException refused) {
            throw refused(refused);
        } catch (IOException failed) {
            throw unwritable(failed);
        } finally {
            permit.close();
        }
    }

    private void drop(CapabilityPackage taken) throws IOException {
        around.packages().release(taken.sha256());
        around.packages().retain(around.desired().digests());
    }

    @Override
    public Operation install(InputStream capabilityPackage, Options options, String initiator) {
        try (OperationQueue.Permit permit = queue.upload()) {
            long start = System.nanoTime();
            CapabilityPackage taken = around.packages().receive(capabilityPackage, PACKAGE_BYTES_MAX, planner::verify);
            try {
                if (queue.running(taken.name()).isEmpty()) {
                    planner.check(taken, options.force());
                }
            } catch (StepFailedException | RuntimeException failed) {
                drop(taken);
                throw failed;
            }
            Installation installation =
                    installation(taken, options, initiator, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
            begin(taken.name(), new Held(taken, installation), permit);
            return installation.operation().snapshot();
        } catch (StepFailedException | PackageRefusedException refused) {
            throw refused(refused);
        } catch (IOException failed) {
            throw unwritable(failed);
        }
    }

    private Installation installation(CapabilityPackage taken, Options options, String initiator, long verifiedMillis) {
        Kind kind = around.versions().active(taken.name()).isPresent() ? Kind.UPGRADE : Kind.INSTALL;
        RunningOperation operation = operation(
                kind, taken.name(), options.strategy(), initiator, Installation.steps(kind, options.strategy()));
        operation.between(null, taken.version().toString());
        operation.made("verify", verifiedMillis);
        return new Installation(taken, Choice.of(taken, false), kind, options, planner, around, operation);
    }

    /** An installation whose package is held until its end. */
    private final class Held implements Change {
        private final CapabilityPackage taken;
        private final Installation installation;

        Held(CapabilityPackage taken, Installation installation) {
            this.taken = taken;
            this.installation = installation;
        }

        @Override
        public RunningOperation operation() {
            return installation.operation();
        }

        @Override
        public boolean wasTakenBack() {
            return installation.wasTakenBack();
        }

        @Override
        public void overrule() {
            installation.overrule();
        }

        @Override
        public void run() throws InterruptedException {
            try {
                installation.run();
            } finally {
                around.packages().release(taken.sha256());
            }
        }
    }

    private RunningOperation operation(
            Kind kind, String name, Strategy strategy, String initiator, List<String> steps) {
        return new RunningOperation(ids.generate(), kind, name, strategy, initiator, steps, clock, log::put);
    }

    private void begin(String name, Change change, OperationQueue.Permit permit) {
        log.put(change.operation().snapshot());
        queue.begin(name, change, permit);
    }

    @Override
    public Operation rollback(String name, String initiator) {
        Optional<Change> current = queue.running(name);
        Slot slot = around.desired().slot(name).orElse(Slot.NONE);
        checkKnown(name, slot);
        if (current.isEmpty() && slot.previous() == null) {
            throw ProblemException.of(
                    NO_PREVIOUS_VERSION, "There is no version of " + name + " before the active one.");
        }
        try (OperationQueue.Permit permit = queue.wayBack()) {
            queue.overrule(name);
            RunningOperation operation = operation(
                    Kind.ROLLBACK, name, Strategy.SWAP, initiator, Installation.steps(Kind.ROLLBACK, Strategy.SWAP));
            begin(name, new Rollback(name, current.orElse(null), planner, around, operation), permit);
            return operation.snapshot();
        }
    }

    @Override
    public Operation remove(String name, boolean force, String initiator) {
        checkKnown(name, around.desired().slot(name).orElse(Slot.NONE));
        Set<String> users = around.bundles().usersOfServices(name).stream()
                .flatMap(bundle -> around.versions().of(bundle).stream())
                .map(SlotVersion::name)
                .collect(Collectors.toCollection(TreeSet::new));
        if (!force && !users.isEmpty()) {
            throw ProblemException.of(
                    IN_USE,
                    "Other capabilities use the services of " + name + ": " + String.join(", ", users)
                            + ". Remove them first, or force it.");
        }
        try (OperationQueue.Permit permit = queue.wayBack()) {
            queue.overrule(name);
            RunningOperation operation = operation(Kind.REMOVE, name, Strategy.SWAP, initiator, Removal.steps());
            begin(name, new Removal(name, around, operation), permit);
            return operation.snapshot();
        }
    }

    private void checkKnown(String name, Slot slot) {
        List<SlotVersion> versions = around.versions().all(name);
        if (versions.stream().anyMatch(version -> version.manifest().isPlatform())) {
            throw ProblemException.of(
                    PLATFORM_PART, name + " is a part of the platform, which is changed with the server.");
        }
        if (versions.isEmpty()
                && slot.active() == null
                && slot.setAside().isEmpty()
                && queue.running(name).isEmpty()) {
            throw ProblemException.notFound("There is no capability " + name + ".");
        }
    }

    private static ProblemException refused(Exception refused) {
        return ProblemException.of(PACKAGE_REFUSED, String.valueOf(refused.getMessage()));
    }

    private static ProblemException unwritable(IOException failed) {
        return ProblemException.unavailable(
                "The package cannot be kept in the data folder: " + failed.getMessage(), RETRY_AFTER, failed);
    }

    @Override
    public Optional<Operation> operation(UUID id) {
        return queue.running().stream()
                .map(change -> change.operation().snapshot())
                .filter(operation -> operation.id().equals(id))
                .findFirst()
                .or(() -> log.find(id));
    }

    @Override
    public List<Operation> operations() {
        return log.all().stream()
                .map(known -> operation(known.id()).orElse(known))
                .toList();
    }

    @Override
    public List<Installed> installed() {
        Map<String, Installed> installed = new TreeMap<>();
        for (Map.Entry<String, Slot> wished : around.desired().slots().entrySet()) {
            notServing(wished.getKey(), wished.getValue()).ifPresent(item -> installed.put(item.name(), item));
        }
        for (CapabilityVersion version : around.versions().versions()) {
            if (version.bundleId() >= 0) {
                around.versions().all(version.name()).stream()
                        .max(Comparator.comparing(SlotVersion::isServing))
                        .ifPresent(best -> installed.put(best.name(), installed(best)));
            }
        }
        return List.copyOf(installed.values());
    }

    private static Optional<Installed> notServing(String name, Slot slot) {
        Choice active = slot.active();
        if (active != null) {
            return Optional.of(new Installed(name, active.version(), "starting", previous(slot), List.of(), null));
        }
        if (slot.setAside().isEmpty()) {
            return Optional.empty();
        }
        SetAside last = slot.setAside().get(slot.setAside().size() - 1);
        return Optional.of(new Installed(name, last.choice().version(), "set-aside", null, List.of(), null));
    }

    private static @Nullable String previous(Slot slot) {
        Choice previous = slot.previous();
        return previous == null ? null : previous.version();
    }

    private Installed installed(SlotVersion version) {
        Slot slot = around.desired().slot(version.name()).orElse(Slot.NONE);
        Instant since = version.since();
        return new Installed(
                version.name(),
                version.version().toString(),
                version.state().name().toLowerCase(Locale.ROOT),
                previous(slot),
                around.bundles().with(version.bundle()).stream()
                        .map(Operations::shown)
                        .toList(),
                since);
    }

    private static InstalledBundle shown(Bundle bundle) {
        return new InstalledBundle(
                bundle.getBundleId(),
                bundle.getSymbolicName(),
                bundle.getVersion().toString(),
                switch (bundle.getState()) {
                    case Bundle.ACTIVE -> "active";
                    case Bundle.STARTING -> "starting";
                    case Bundle.STOPPING -> "stopping";
                    case Bundle.RESOLVED -> "resolved";
                    default -> "installed";
                });
    }

    @Override
    public Explanation why(String name) {
        List<String> details = new ArrayList<>();
        String line = "";
        for (SlotVersion version : around.versions().all(name)) {
            if (version.state() == State.ACTIVE) {
                line = version + " serves since " + version.since();
            } else if (version.state() == State.STARTING) {
                Explanation waits = Explanations.unsatisfied(version.bundle(), around.components())
                        .orElse(new Explanation(version + " is starting: " + version.reason(), List.of()));
                details.add(version + " is starting: " + version.reason());
                details.add(waits.line());
                details.addAll(waits.details());
                line = line.isEmpty() ? waits.line() : line;
            }
        }
        Slot slot = around.desired().slot(name).orElse(Slot.NONE);
        for (SetAside aside : slot.setAside()) {
            details.add(name + " " + aside.choice().version() + " was set aside at a start: " + aside.reason());
        }
        Optional<Operation> last = operations().stream()
                .filter(operation -> operation.capability().equals(name))
                .findFirst();
        if (last.isPresent() && last.get().reason() != null) {
            Operation operation = last.get();
            details.add("The last operation (" + operation.kind() + " to " + operation.toVersion() + ") ended as "
                    + operation.state() + ": " + operation.reason());
            details.addAll(operation.details());
            if (line.isEmpty()) {
                line = String.valueOf(operation.reason());
            }
        }
        if (line.isEmpty() && !details.isEmpty()) {
            line = details.get(0);
        }
        if (line.isEmpty()) {
            throw ProblemException.notFound("There is no capability " + name + ", and no operation on one is known.");
        }
        return new Explanation(line, details);
    }
}
