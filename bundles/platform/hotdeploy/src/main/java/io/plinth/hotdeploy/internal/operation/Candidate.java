package io.plinth.hotdeploy.internal.operation;

import io.plinth.capability.Capabilities.State;
import io.plinth.capability.CapabilityOperations.Explanation;
import io.plinth.health.Health;
import io.plinth.health.HealthCheck;
import io.plinth.hotdeploy.internal.SlotVersion;
import io.plinth.hotdeploy.internal.explain.Explanations;
import io.plinth.hotdeploy.internal.pack.CapabilityPackage;
import io.plinth.hotdeploy.internal.pack.CapabilityPackage.Part;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;

/**
 * A package on its way to serve: its bundles installed, started, healthy and answering, beside whatever serves the slot.
 */
final class Candidate {
    private static final long POLL_MILLIS = 20;
    private static final long STOP_TIMEOUT_MILLIS = 10_000;
    private static final long WARM_UP_TIMEOUT_MILLIS = 5_000;
    private static final long HEALTH_TIMEOUT_MILLIS = 5_000;
    private static final int SERVER_ERROR = 500;

    private final CapabilityPackage taken;
    private final Surroundings around;
    private final Deadline deadline;
    private final List<Bundle> bundles = new ArrayList<>();
    private boolean isOwn;

    /**
     * Takes the package.
     *
     * @param deadline cuts each wait to what is left
     */
    Candidate(CapabilityPackage taken, Surroundings around, Deadline deadline) {
        this.taken = taken;
        this.around = around;
        this.deadline = deadline;
    }

    /** Its bundles that are installed, the provider last. */
    List<Bundle> bundles() {
        return List.copyOf(bundles);
    }

    /** Installs what is not there yet. */
    void install() throws StepFailedException {
        try {
            for (Part part : taken.bundles()) {
                if (around.bundles().shared(taken, part).isEmpty()) {
                    Bundle bundle = around.bundles().install(taken, part);
                    bundles.add(bundle);
                    isOwn |= bundle.getState() != Bundle.ACTIVE && bundle.getState() != Bundle.STARTING;
                }
            }
        } catch (IOException | BundleException | RuntimeException failed) {
            throw new StepFailedException(Explanations.of(taken.toString(), failed));
        }
        if (!around.bundles().resolve(bundles)) {
            for (Bundle bundle : bundles) {
                Optional<Explanation> missing =
                        Explanations.missing(bundle, around.bundles().wiring(), bundles);
                if (missing.isPresent()) {
                    throw new StepFailedException(missing.get());
                }
            }
            // What else there is, the start says.
        }
    }

    private Bundle provider() {
        return bundles.get(bundles.size() - 1);
    }

    /** Starts its bundles and waits until all its resources are there. */
    void start() throws StepFailedException, InterruptedException {
        long timeoutMillis = deadline.atMost(around.config().startTimeoutMillis());
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        for (Bundle bundle : bundles) {
            try {
                around.bundles().start(bundle, Math.max(1, millisUntil(end)));
            } catch (BundleException | RuntimeException failed) {
                throw new StepFailedException(Explanations.of(taken.toString(), failed));
            } catch (TimeoutException hangs) {
                throw new StepFailedException(taken + " hangs: bundle " + bundle.getSymbolicName()
                        + " has not started within " + timeoutMillis + " ms");
            }
        }
        while (!around.versions().await(provider(), POLL_MILLIS, found -> found.filter(SlotVersion::isClaimed)
                .isPresent())) {
            boolean hasFailed = hasFailedActivation();
            if (millisUntil(end) <= 0 || hasFailed) {
                Explanation why = Explanations.unsatisfied(provider(), around.components())
                        .orElse(new Explanation(taken + " offers no resource", List.of()));
                throw hasFailed ? new StepFailedException(why) : StepFailedException.waits(why);
            }
        }
    }

    /** A component that threw is not tried again by itself, so there is nothing to wait for. */
    private boolean hasFailedActivation() {
        return around.components().getComponentDescriptionDTOs(provider()).stream()
                .flatMap(component -> around.components().getComponentConfigurationDTOs(component).stream())
                .anyMatch(configuration -> configuration.state == ComponentConfigurationDTO.FAILED_ACTIVATION);
    }

    /** Waits until its health checks are up. */
    void awaitHealth() throws StepFailedException, InterruptedException {
        long end = System.nanoTime()
                + TimeUnit.MILLISECONDS.toNanos(deadline.atMost(around.config().healthTimeoutMillis()));
        while (true) {
            Optional<String> down = healthObjection();
            if (down.isEmpty()) {
                return;
            }
            if (millisUntil(end) <= 0) {
                throw new StepFailedException(taken + ": " + down.get());
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    /** What its health checks object to; empty when all are up. */
    private Optional<String> askHealth() {
        for (HealthCheck check : around.extender().services(provider(), HealthCheck.class)) {
            Health health = check.check();
            if (!health.up()) {
                return Optional.of("its health check " + check.name() + " is down: " + health.reason());
            }
        }
        return Optional.empty();
    }

    /** The same on a thread of its own: what a new version does wrong must not hold up the operation. */
    Optional<String> healthObjection() throws InterruptedException {
        return limited("its health checks", deadline.atMost(HEALTH_TIMEOUT_MILLIS), this::askHealth);
    }

    /** Makes its services, so that one that hangs does so here and not under the first caller. */
    void warmServices() throws StepFailedException, InterruptedException {
        long timeoutMillis = deadline.atMost(around.config().healthTimeoutMillis());
        Optional<String> objection = limited("its services", timeoutMillis, () -> {
            around.extender().warmServices(provider());
            return Optional.empty();
        });
        if (objection.isPresent()) {
            throw new StepFailedException(taken + ": " + objection.get());
        }
    }

    private Optional<String> limited(String what, long timeoutMillis, Callable<Optional<String>> question)
            throws InterruptedException {
        FutureTask<Optional<String>> task = new FutureTask<>(question);
        Thread thread = new Thread(task, "plinth-ask-" + taken.name());
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get(timeoutMillis, TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            return Optional.of(what + " fail with " + failed.getCause());
        } catch (TimeoutException hangs) {
            thread.interrupt();
            return Optional.of(what + " did not answer within " + timeoutMillis + " ms");
        }
    }

    /** Waits until its application answers. */
    void awaitAnswer() throws StepFailedException, InterruptedException {
        boolean answers = around.versions()
                .await(provider(), deadline.atMost(around.config().probeTimeoutMillis()), found -> found.map(
                                SlotVersion::state)
                        .filter(state -> state == State.STANDBY || state == State.ACTIVE)
                        .isPresent());
        if (!answers) {
            throw StepFailedException.waits(new Explanation(
                    taken + " does not answer: "
                            + version().map(SlotVersion::reason).orElse("its bundle has stopped"),
                    List.of()));
        }
    }

    /** Asks its probes, where it declares some, often enough that the first callers do not pay for its beginning. */
    void warmUp() throws StepFailedException {
        List<String> probes = taken.manifest().probes();
        if (probes.isEmpty()) {
            return;
        }
        SlotVersion version = serving();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(deadline.atMost(WARM_UP_TIMEOUT_MILLIS));
        for (int i = 0; i < around.config().warmUpRequests() && millisUntil(end) > 0; i++) {
            String path = probes.get(i % probes.size());
            try {
                int status = around.extender().ask(version, path);
                if (status >= SERVER_ERROR) {
                    throw new StepFailedException(taken + " answers its probe " + path + " with " + status);
                }
            } catch (IOException failed) {
                throw new StepFailedException(taken + " does not answer its probe " + path + ": " + failed);
            }
        }
    }

    /** Its version in the slot. */
    Optional<SlotVersion> version() {
        return bundles.isEmpty() ? Optional.empty() : around.versions().of(provider());
    }

    /** Its version in the slot, which must be there. */
    SlotVersion serving() throws StepFailedException {
        return version().orElseThrow(() -> new StepFailedException(taken + ": its bundle has stopped"));
    }

    /** Stops its bundles and takes them out, so that nothing of it is left. */
    void discard() throws InterruptedException {
        if (!isOwn) {
            // They ran before; that this attempt came to nothing is no reason to take them away.
            return;
        }
        Optional<SlotVersion> version = version();
        boolean mayDrain = version.filter(SlotVersion::isClaimed).isPresent();
        around.bundles()
                .stop(
                        bundles,
                        deadline.atMost(STOP_TIMEOUT_MILLIS
                                + (mayDrain ? around.config().drainTimeoutMillis() : 0)));
        around.revisions().retire(taken.toString(), bundles, false, found -> {});
    }

    private static long millisUntil(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos - System.nanoTime());
    }
}
