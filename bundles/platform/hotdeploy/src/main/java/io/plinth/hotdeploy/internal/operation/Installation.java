package io.plinth.hotdeploy.internal.operation;

import io.plinth.capability.CapabilityOperations.Explanation;
import io.plinth.capability.CapabilityOperations.Kind;
import io.plinth.capability.CapabilityOperations.OperationState;
import io.plinth.capability.CapabilityOperations.Options;
import io.plinth.capability.CapabilityOperations.StepState;
import io.plinth.capability.CapabilityOperations.Strategy;
import io.plinth.gateway.RequestRouter.Statistics;
import io.plinth.hotdeploy.internal.SlotVersion;
import io.plinth.hotdeploy.internal.explain.Explanations;
import io.plinth.hotdeploy.internal.pack.CapabilityPackage;
import io.plinth.hotdeploy.internal.pack.DesiredState.Choice;
import io.plinth.hotdeploy.internal.pack.DesiredState.Slot;
import io.plinth.hotdeploy.internal.pack.PackageRefusedException;
import io.plinth.tx.Migrations;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a version to serve: the one of a package that was sent, or for a rollback the one before. Its bundles are started
 * beside those that serve, and get the traffic once they are healthy and answer. What fails is taken back; the version
 * before serves all the while.
 */
final class Installation implements Change {
    private static final Logger LOG = LoggerFactory.getLogger(Installation.class);
    private static final int[] CANARY_PERCENT = {1, 10, 50};
    private static final long WATCH_POLL_MILLIS = 100;
    private static final long DRAIN_POLL_MILLIS = 2;

    /** For stopping what fails, and starting the version before again where it has stopped. */
    static final long TAKE_BACK_MILLIS = 25_000;

    /** So much of a probation is a part of the limit of the whole. */
    private static final long PROBATION_COUNTED_MILLIS = 10_000;

    private final CapabilityPackage taken;
    private final Choice choice;
    private final Kind kind;
    private final Options options;
    private final Planner planner;
    private final Surroundings around;
    private final RunningOperation operation;
    private final Deadline deadline;
    private final Candidate candidate;
    private final CountDownLatch overruled = new CountDownLatch(1);
    private @Nullable Serving before;
    private Slot slotBefore = Slot.NONE;
    private boolean hasSwapped;
    private boolean restartsOthers;
    private volatile boolean wasTakenBack;

    Installation(
            CapabilityPackage taken,
            Choice choice,
            Kind kind,
            Options options,
            Planner planner,
            Surroundings around,
            RunningOperation operation) {
        this.taken = taken;
        this.choice = choice;
        this.kind = kind;
        this.options = options;
        this.planner = planner;
        this.around = around;
        this.operation = operation;
        this.deadline = new Deadline(around.config().operationTimeoutMillis(), TAKE_BACK_MILLIS, System::nanoTime);
        this.candidate = new Candidate(taken, around, deadline);
    }

    /** Names of the steps, in order. */
    static List<String> steps(Kind kind, Strategy strategy) {
        List<String> steps =
                new ArrayList<>(List.of("verify", "plan", "migrate", "install", "start", "health", "probe"));
        if (strategy == Strategy.CANARY) {
            for (int percent : CANARY_PERCENT) {
                steps.add(canaryStep(percent));
            }
        }
        steps.addAll(List.of("swap", "drain"));
        if (kind != Kind.ROLLBACK) {
            steps.add("probation");
        }
        steps.add("clean");
        return steps;
    }

    private static String canaryStep(int percent) {
        return "canary-" + percent;
    }

    private String name() {
        return taken.name();
    }

    @Override
    public RunningOperation operation() {
        return operation;
    }

    /** Ends the probation at once: somebody wants to go back, or to remove it all. */
    @Override
    public void overrule() {
        overruled.countDown();
    }

    /** One step of the operation; what it returns is shown as its detail. */
    private interface Work {
        String run() throws StepFailedException, InterruptedException, IOException, PackageRefusedException;
    }

    private void step(String step, Work work) throws StepFailedException, InterruptedException {
        operation.begin(step);
        try {
            if (!hasSwapped) {
                checkNotOverruled();
                checkInTime();
            }
            operation.finish(StepState.SUCCEEDED, work.run());
        } catch (StepFailedException failed) {
            operation.finish(StepState.FAILED, failed.explanation().line());
            throw failed;
        } catch (IOException | PackageRefusedException | RuntimeException | LinkageError failed) {
            LOG.warn("Step {} of {} failed", step, taken, failed);
            Explanation explanation = failed instanceof PackageRefusedException
                    ? new Explanation(String.valueOf(failed.getMessage()), List.of())
                    : Explanations.of(taken.toString(), failed);
            operation.finish(StepState.FAILED, explanation.line());
            throw new StepFailedException(explanation);
        }
    }

    private void step(String step, StepWithoutDetail work) throws StepFailedException, InterruptedException {
        step(step, (Work) () -> {
            work.run();
            return "";
        });
    }

    /** One step with nothing to say. */
    private interface StepWithoutDetail {
        void run() throws StepFailedException, InterruptedException, IOException, PackageRefusedException;
    }

    @Override
    public void run() throws InterruptedException {
        if (overruled.getCount() == 0) {
            operation.end(OperationState.REFUSED, "another operation was asked for before this one began", List.of());
            return;
        }
        deadline.begin();
        around.versions().hold(name());
        slotBefore = around.desired().slot(name()).orElse(Slot.NONE);
        List<String> heldPackages = slotBefore.digests().toList();
        heldPackages.forEach(around.packages()::hold);
        try {
            prepare();
            serve();
            operation.end(OperationState.SUCCEEDED, null, List.of());
        } catch (Overruled byHand) {
            operation.end(OperationState.ROLLED_BACK, byHand.getMessage(), List.of());
        } catch (StepFailedException failed) {
            takeBack(failed.explanation());
        } finally {
            heldPackages.forEach(around.packages()::release);
            around.versions().release(name());
        }
    }

    private void prepare() throws StepFailedException, InterruptedException {
        before = Serving.of(name(), around).orElse(null);
        Optional.ofNullable(before)
                .ifPresent(old -> around.versions().prefer(name(), old.version().version()));
        operation.between(before == null ? null : before.version().version().toString(), choice.version());
        if (kind == Kind.ROLLBACK && !choice.isBuiltIn()) {
            step("verify", () -> planner.verify(taken.file()));
        }
        step("plan", () -> {
            if (kind != Kind.ROLLBACK) {
                restartsOthers =
                        !planner.check(taken, options.force()).refresh().isEmpty();
            }
        });
        if (kind != Kind.ROLLBACK) {
            step("migrate", this::migrate);
        }
        step("install", candidate::install);
        step("start", candidate::start);
        step("health", () -> {
            candidate.awaitHealth();
            candidate.warmServices();
        });
        step("probe", () -> {
            candidate.awaitAnswer();
            if (kind != Kind.ROLLBACK) {
                // What goes back has served before, and somebody is in a hurry.
                candidate.warmUp();
            }
        });
    }

    private String migrate() throws StepFailedException {
        if (taken.migrations().isEmpty()) {
            return "";
        }
        Migrations migrations = around.migrations().get();
        if (migrations == null) {
            throw new StepFailedException(taken + " has schema migrations, but the database cannot be reached");
        }
        List<String> pending = migrations.pending(taken.symbolicName(), taken.migrations());
        migrations.apply(
                taken.symbolicName(),
                taken.migrations(),
                Duration.ofMillis(deadline.atMost(around.config().migrationTimeoutMillis())));
        return String.join(", ", pending);
    }

    private void serve() throws StepFailedException, InterruptedException, Overruled {
        Serving old = before;
        HealthGate gate =
                new HealthGate(old == null ? null : old.version().target().statistics(), around.config());
        if (options.strategy() == Strategy.CANARY && old != null) {
            for (int percent : CANARY_PERCENT) {
                step(canaryStep(percent), () -> canary(gate, percent));
            }
        }
        Statistics start = candidate.serving().target().statistics();
        step("swap", this::swap);
        if (old != null) {
            step("drain", () -> drain(old, gate, start));
        }
        if (kind != Kind.ROLLBACK) {
            // Those that are to be restarted wait until it is over, so without being asked for there is none then.
            long probationMillis = Optional.ofNullable(options.probation())
                    .map(Duration::toMillis)
                    .orElse(restartsOthers ? 0 : around.config().probationMillis());
            // Who asks for a longer one waits for it.
            deadline.extend(Math.max(0, probationMillis - PROBATION_COUNTED_MILLIS));
            step("probation", () -> watch(gate, start, deadline.atMost(probationMillis)));
            if (overruled.getCount() == 0) {
                throw new Overruled("ended during its probation by another operation");
            }
        }
        operation.begin("clean");
        operation.finish(StepState.SUCCEEDED, clean());
    }

    /** Waits for the version before, which is still there to go back to at once. */
    private String drain(Serving old, HealthGate gate, Statistics start)
            throws StepFailedException, InterruptedException {
        if (!around.extender().servicesFollow()) {
            throw new StepFailedException("the services of " + taken + " did not take over in time");
        }
        long drainMillis = deadline.atMost(around.config().drainTimeoutMillis());
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(drainMillis);
        while (around.extender().inFlight(old.version()) > 0 && System.nanoTime() < end) {
            old.version().target().endStreams();
            checkAnswers(gate, start);
            if (overruled.await(DRAIN_POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new StepFailedException("ended by another operation while " + old.version() + " drained");
            }
        }
        return old.stop(around, around.extender().inFlight(old.version()), drainMillis);
    }

    private void checkAnswers(HealthGate gate, Statistics start) throws StepFailedException {
        Optional<String> objection =
                gate.objection(candidate.serving().target().statistics().since(start));
        if (objection.isPresent()) {
            throw new StepFailedException(taken + " " + objection.get());
        }
    }

    /** Somebody else decides from here on. */
    private static final class Overruled extends Exception {
        private static final long serialVersionUID = 1L;

        Overruled(String message) {
            super(message);
        }
    }

    private void canary(HealthGate gate, int percent) throws StepFailedException, InterruptedException {
        SlotVersion version = candidate.serving();
        Statistics start = version.target().statistics();
        version.target().canary(percent);
        // The steps of a canary are as long as they were configured to be.
        deadline.extend(around.config().canaryStepMillis());
        watch(gate, start, around.config().canaryStepMillis());
        checkNotOverruled();
    }

    private void checkInTime() throws StepFailedException {
        if (deadline.isOver()) {
            throw new StepFailedException(taken + " takes longer than an operation may: operationTimeoutMillis is "
                    + around.config().operationTimeoutMillis() + ", of which " + TAKE_BACK_MILLIS
                    + " are kept for the way back");
        }
    }

    private void checkNotOverruled() throws StepFailedException {
        if (overruled.getCount() == 0) {
            throw new StepFailedException("ended by another operation before " + taken + " served");
        }
    }

    @Override
    public boolean wasTakenBack() {
        return wasTakenBack;
    }

    private void swap() throws StepFailedException, IOException {
        checkNotOverruled();
        // On the disk first: what was served once must be what a restart serves, or something newer.
        around.desired()
                .change(
                        name(),
                        slot -> slot.with(
                                choice,
                                slot.active() == null || slot.active().equals(choice) ? slot.previous() : slot.active(),
                                around.clock().instant().toString()));
        hasSwapped = true;
        if (!around.versions().activate(candidate.serving())) {
            throw new StepFailedException(
                    taken + " is not ready any more: " + candidate.serving().reason());
        }
        around.versions().prefer(name(), taken.version());
        around.versions().expect(name(), "is starting");
        around.router().keep(name(), taken.manifest().paths());
    }

    /** Looks at the new version for a while. */
    private void watch(HealthGate gate, Statistics start, long millis)
            throws StepFailedException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        int timesDown = 0;
        do {
            checkAnswers(gate, start);
            Optional<String> down = candidate.healthObjection();
            timesDown = down.isPresent() ? timesDown + 1 : 0;
            // Once may be a hiccup.
            if (timesDown > 2) {
                throw new StepFailedException(taken + ": " + down.orElse("is down"));
            }
        } while (System.nanoTime() < end && !overruled.await(WATCH_POLL_MILLIS, TimeUnit.MILLISECONDS));
    }

    /** From here on nothing is taken back: what cannot be cleaned away is only said. */
    private String clean() throws InterruptedException {
        deadline.spendReserve();
        try {
            List<Bundle> leaving = new ArrayList<>(around.bundles().ofSlot(name()));
            Optional.ofNullable(before).ifPresent(old -> old.bundles().stream()
                    .filter(bundle -> !leaving.contains(bundle))
                    .forEach(leaving::add));
            leaving.removeAll(candidate.bundles());
            List<Bundle> all = List.copyOf(leaving);
            // An API bundle that others use goes on: the services that they hold are registered in its name.
            leaving.removeIf(bundle ->
                    !options.force() && !all.containsAll(around.bundles().dependents(List.of(bundle))));
            // A version may have been started beside, without that it ever served.
            around.bundles()
                    .stop(
                            leaving.stream()
                                    .filter(bundle -> bundle.getState() == Bundle.ACTIVE)
                                    .toList(),
                            deadline.atMost(around.config().drainTimeoutMillis()));
            String label = before == null ? name() : before.version().toString();
            around.revisions().retire(label, leaving, options.force(), operation::leak);
            around.packages().retain(around.desired().digests());
            return "";
        } catch (IOException | RuntimeException failed) {
            LOG.warn("The version before {} could not be cleaned away", taken, failed);
            return "not all of the version before could be cleaned away: " + failed.getMessage();
        }
    }

    /** Lets the version before serve again and removes every trace of the new one. */
    private void takeBack(Explanation why) throws InterruptedException {
        LOG.warn("{} is taken back: {}", taken, why.line());
        deadline.spendReserve();
        List<String> details = new ArrayList<>(why.details());
        candidate.version().ifPresent(version -> version.target().canary(0));
        boolean isRestored = !hasSwapped || attempt("restore the version before", details, this::restore);
        if (isRestored) {
            attempt("remove " + taken, details, candidate::discard);
        }
        if (before == null && slotBefore.active() == null) {
            around.router().forget(name());
            around.versions().dismiss(name());
            around.versions().prefer(name(), null);
            around.extender().forget(name());
        }
        attempt("drop its package", details, () -> around.packages()
                .retain(around.desired().digests()));
        wasTakenBack = isRestored;
        boolean isUntouched = operation.snapshot().steps().stream()
                .filter(step -> step.name().equals("install"))
                .allMatch(step -> step.state() == StepState.PENDING);
        operation.end(isUntouched ? OperationState.REFUSED : OperationState.ROLLED_BACK, why.line(), details);
    }

    private static boolean attempt(String what, List<String> details, StepWithoutDetail work)
            throws InterruptedException {
        try {
            work.run();
            return true;
        } catch (StepFailedException | IOException | PackageRefusedException | RuntimeException | LinkageError failed) {
            LOG.error("It could not {}", what, failed);
            details.add("It could not " + what + ": " + failed.getMessage());
            return false;
        }
    }

    private void restore() throws StepFailedException, InterruptedException, IOException, PackageRefusedException {
        Serving old = before;
        around.desired().change(name(), slot -> slotBefore);
        if (old == null) {
            return;
        }
        around.versions().prefer(name(), old.version().version());
        Choice choiceBefore = slotBefore.active();
        if (choiceBefore != null) {
            Candidate back = new Candidate(around.packages().open(choiceBefore.sha256()), around, deadline);
            back.install();
            back.start();
            back.awaitAnswer();
            around.versions().activate(back.serving());
        } else {
            around.bundles()
                    .restart(old.bundles(), deadline.atMost(around.config().startTimeoutMillis()));
        }
        around.router().keep(name(), old.version().manifest().paths());
    }
}
