package io.plinth.hotdeploy.internal.operation;

import io.plinth.health.HealthCheck;
import io.plinth.hotdeploy.internal.pack.CapabilityPackage;
import io.plinth.hotdeploy.internal.pack.CapabilityPackage.Part;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.hooks.bundle.CollisionHook;
import org.osgi.framework.wiring.FrameworkWiring;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bundles of capability packages in the framework. Only those that were installed from here are ever touched: their
 * locations begin with {@code plinth:}. They are started for this run only, so that nothing starts them but the desired
 * state.
 */
final class SlotBundles implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SlotBundles.class);
    private static final String LOCATION_PREFIX = "plinth:";
    private static final String PLAN_PREFIX = "plinth-plan:";
    private static final int REFRESH_TIMEOUT_SECONDS = 30;
    private static final int INTERRUPT_TIMEOUT_SECONDS = 5;
    private static final long UNINSTALL_TIMEOUT_MILLIS = 10_000;

    private final BundleContext context;
    private final FrameworkWiring wiring;
    private final ServiceRegistration<CollisionHook> collisions;

    SlotBundles(BundleContext context) {
        this.context = context;
        this.wiring = context.getBundle(0).adapt(FrameworkWiring.class);
        this.collisions = context.registerService(CollisionHook.class, this::allowOwn, null);
    }

    /** Two bundles of one name and version may be there for a moment: the same version, built twice. */
    private void allowOwn(int operation, Bundle target, Collection<Bundle> candidates) {
        if (target.equals(context.getBundle())) {
            candidates.removeIf(candidate -> isOwn(candidate.getLocation()));
        }
    }

    private static boolean isOwn(String location) {
        return location.startsWith(LOCATION_PREFIX) || location.startsWith(PLAN_PREFIX);
    }

    @Override
    public void close() {
        collisions.unregister();
    }

    FrameworkWiring wiring() {
        return wiring;
    }

    /** Whether they can be wired; one question at a time, since the framework answers no to a second one meanwhile. */
    synchronized boolean resolve(Collection<Bundle> bundles) {
        return wiring.resolveBundles(bundles);
    }

    /** A bundle that is there already and does what a part of a package would do. */
    Optional<Bundle> shared(CapabilityPackage taken, Part part) {
        if (part.equals(taken.provider())) {
            return Optional.empty();
        }
        return Arrays.stream(context.getBundles())
                .filter(bundle -> part.symbolicName().equals(bundle.getSymbolicName())
                        && part.version().equals(bundle.getVersion())
                        && !bundle.getLocation().startsWith(PLAN_PREFIX)
                        && bundle.getState() != Bundle.UNINSTALLED)
                .findFirst();
    }

    /** Installs a part, or finds it installed from the same bytes. */
    Bundle install(CapabilityPackage taken, Part part) throws IOException, BundleException {
        return install(taken, part, taken.location(part));
    }

    /** Installs a part only to look at it. */
    Bundle installForPlan(CapabilityPackage taken, Part part, String plan) throws IOException, BundleException {
        return install(taken, part, PLAN_PREFIX + plan + "/" + part.symbolicName());
    }

    private Bundle install(CapabilityPackage taken, Part part, String location) throws IOException, BundleException {
        Bundle there = context.getBundle(location);
        if (there != null) {
            return there;
        }
        try (InputStream in = taken.open(part)) {
            return context.installBundle(location, in);
        }
    }

    /** All bundles of a capability, of whatever version; the providers after what they need. */
    List<Bundle> ofSlot(String slot) {
        return withPrefix(LOCATION_PREFIX + slot + "/");
    }

    /** Bundles that were installed from a package with these bytes. */
    List<Bundle> of(CapabilityPackage taken) {
        return withPrefix(taken.locationPrefix());
    }

    /** The bundles that came in one package with this one, which is the last; itself alone when it came otherwise. */
    List<Bundle> with(Bundle provider) {
        String location = provider.getLocation();
        if (!location.startsWith(LOCATION_PREFIX)) {
            return List.of(provider);
        }
        List<Bundle> bundles = new ArrayList<>(withPrefix(location.substring(0, location.lastIndexOf('/') + 1)));
        bundles.remove(provider);
        bundles.add(provider);
        return bundles;
    }

    /** All bundles that were ever installed from here. */
    List<Bundle> all() {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> isOwn(bundle.getLocation()))
                .toList();
    }

    /** Bundles of the same symbolic name as a part, but of another version. */
    List<Bundle> otherVersions(Part part) {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> part.symbolicName().equals(bundle.getSymbolicName())
                        && !part.version().equals(bundle.getVersion()))
                .toList();
    }

    private List<Bundle> withPrefix(String prefix) {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> bundle.getLocation().startsWith(prefix))
                .toList();
    }

    /** Bundles that use services of a slot; not who only asks for its health, which is the platform and takes no harm. */
    Set<Bundle> usersOfServices(String slot) {
        Set<Bundle> users = new HashSet<>();
        try {
            ServiceReference<?>[] proxies = context.getAllServiceReferences(
                    null,
                    "(&(plinth.capability.proxy=" + slot + ")(!(objectClass=" + HealthCheck.class.getName() + ")))");
            for (ServiceReference<?> proxy : proxies == null ? new ServiceReference<?>[0] : proxies) {
                Bundle[] using = proxy.getUsingBundles();
                users.addAll(using == null ? List.of() : List.of(using));
            }
            return users;
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalArgumentException(slot, impossible);
        }
    }

    /** Bundles that would be refreshed when these go. */
    Collection<Bundle> dependents(Collection<Bundle> bundles) {
        List<Bundle> dependents = new ArrayList<>(wiring.getDependencyClosure(bundles));
        dependents.removeAll(bundles);
        return dependents;
    }

    /**
     * Starts a bundle on a thread of its own, so that one that hangs holds nobody up.
     *
     * @throws TimeoutException when it has not started in time; its thread was interrupted then
     */
    void start(Bundle bundle, long timeoutMillis) throws BundleException, TimeoutException, InterruptedException {
        FutureTask<Boolean> start = new FutureTask<>(() -> {
            bundle.start(Bundle.START_TRANSIENT);
            return true;
        });
        Thread starter = new Thread(start, "plinth-start-" + bundle.getSymbolicName());
        starter.setDaemon(true);
        starter.start();
        try {
            start.get(timeoutMillis, TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof BundleException cause) {
                throw cause;
            }
            throw new BundleException("It cannot be started", failed.getCause());
        } catch (TimeoutException hangs) {
            end(starter);
            throw hangs;
        }
    }

    private static void end(Thread hanging) throws InterruptedException {
        StackTraceElement[] where = hanging.getStackTrace();
        LOG.warn("{} hangs and is interrupted; it was at {}", hanging.getName(), Arrays.asList(where));
        hanging.interrupt();
        hanging.join(TimeUnit.SECONDS.toMillis(INTERRUPT_TIMEOUT_SECONDS));
        if (hanging.isAlive()) {
            LOG.error(
                    "{} does not heed the interruption. It goes on until the server is restarted.", hanging.getName());
        }
    }

    /** Stops bundles, the last first; one that does not stop is only reported. */
    void stop(List<Bundle> bundles, long timeoutMillis) throws InterruptedException {
        for (int i = bundles.size() - 1; i >= 0; i--) {
            Bundle bundle = bundles.get(i);
            limited("stopped", bundle, timeoutMillis, () -> bundle.stop(Bundle.STOP_TRANSIENT));
        }
    }

    /** Starts bundles again that were stopped. */
    void restart(List<Bundle> bundles, long timeoutMillis) throws InterruptedException {
        for (Bundle bundle : bundles) {
            limited("started", bundle, timeoutMillis, () -> bundle.start(Bundle.START_TRANSIENT));
        }
    }

    /**
     * Uninstalls bundles and lets go of their classes.
     *
     * @param force whether others that are wired to them are refreshed
     */
    void uninstall(List<Bundle> bundles, boolean force) throws InterruptedException {
        for (int i = bundles.size() - 1; i >= 0; i--) {
            Bundle bundle = bundles.get(i);
            limited("uninstalled", bundle, UNINSTALL_TIMEOUT_MILLIS, bundle::uninstall);
        }
        List<Bundle> pending = bundles.stream()
                .filter(wiring.getRemovalPendingBundles()::contains)
                .toList();
        if (!pending.isEmpty() && (force || dependents(pending).isEmpty())) {
            refresh(pending);
        }
    }

    /** What the framework does to a bundle. */
    private interface Change {
        void make() throws BundleException;
    }

    /** On a thread of its own: the framework waits without end for a bundle whose start hangs. */
    private static void limited(String what, Bundle bundle, long timeoutMillis, Change change)
            throws InterruptedException {
        Thread thread = new Thread(
                () -> {
                    try {
                        change.make();
                    } catch (BundleException | IllegalStateException failed) {
                        LOG.warn("Bundle {} was not {} cleanly", bundle, what, failed);
                    }
                },
                "plinth-bundle-" + bundle.getBundleId());
        thread.setDaemon(true);
        thread.start();
        thread.join(timeoutMillis);
        if (thread.isAlive()) {
            LOG.error("Bundle {} cannot be {}: it hangs. It goes with the next start of the server.", bundle, what);
        }
    }

    /** Refreshes bundles and waits until that is over. */
    void refresh(Collection<Bundle> bundles) {
        CountDownLatch done = new CountDownLatch(1);
        wiring.refreshBundles(bundles, event -> {
            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                done.countDown();
            }
        });
        try {
            if (!done.await(REFRESH_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("A refresh of {} is not over after {} s", bundles, REFRESH_TIMEOUT_SECONDS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
