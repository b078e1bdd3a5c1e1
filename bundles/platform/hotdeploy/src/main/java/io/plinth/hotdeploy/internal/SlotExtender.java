package io.plinth.hotdeploy.internal;

import io.plinth.capability.CapabilityHeader;
import io.plinth.capability.RestResource;
import io.plinth.gateway.Gate;
import io.plinth.gateway.RequestRouter;
import io.plinth.gateway.RequestRouter.Registration;
import io.plinth.gateway.RequestRouter.Target;
import io.plinth.hotdeploy.internal.services.ServiceExports;
import io.plinth.rest.RestExtensions;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.http.runtime.HttpServiceRuntime;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.util.tracker.BundleTracker;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns capability bundles into versions of slots: gathers the resources of each, publishes them as one application, probes
 * it, and reports it ready to {@link SlotVersions}, which decides who serves. A version that stops hands the traffic over
 * first and is held until its last request and its last call have ended.
 *
 * <p>Applications are published on one thread of their own, one after the other: the whiteboards lock themselves, and
 * bundles start on many threads. Services follow the traffic on another thread, in the same order, since components of
 * other bundles may be activated by that.
 */
@Component(service = SlotExtender.class, immediate = true, configurationPid = "io.plinth.hotdeploy")
@Designate(ocd = HotDeployConfig.class)
public final class SlotExtender {
    private static final Logger LOG = LoggerFactory.getLogger(SlotExtender.class);
    private static final long DRAIN_POLL_MILLIS = 2;
    private static final long SWITCH_TIMEOUT_MILLIS = 10_000;
    private static final int HTTP_PORT_DEFAULT = 8181;

    private final SlotVersions versions;
    private final RequestRouter router;
    private final Gate gate;
    private final RestExtensions extensions;
    private final ServiceComponentRuntime components;
    private final BundleContext context;
    private final HotDeployConfig config;
    private final VersionProbe probe;
    private final ServiceExports exports;
    private final ExecutorService publisher;
    private final ExecutorService switcher;
    private volatile @Nullable Thread serviceThread;
    private final BundleTracker<SlotVersion> bundles;
    private final ServiceTracker<RestResource, SlotVersion> resources;

    @Activate
    public SlotExtender(
            @Reference SlotVersions versions,
            @Reference RequestRouter router,
            @Reference Gate gate,
            @Reference RestExtensions extensions,
            @Reference ServiceComponentRuntime components,
            @Reference HttpServiceRuntime http,
            BundleContext context,
            HotDeployConfig config) {
        this.versions = versions;
        this.router = router;
        this.gate = gate;
        this.extensions = extensions;
        this.components = components;
        this.context = context;
        this.config = config;
        String port = context.getProperty("plinth.http.port");
        this.probe = new VersionProbe(
                port == null ? HTTP_PORT_DEFAULT : Integer.parseInt(port), gate, config.probeTimeoutMillis());
        this.exports = new ServiceExports(context, config.serviceWaitMillis());
        this.publisher = Executors.newSingleThreadExecutor(task -> daemon(task, "plinth-slots"));
        this.switcher = Executors.newSingleThreadExecutor(task -> {
            Thread thread = daemon(task, "plinth-services");
            serviceThread = thread;
            return thread;
        });
        this.bundles = new CapabilityBundles(context);
        this.resources = new CapabilityResources(context);
        versions.report(new ServiceSwitches());
        bundles.open();
        publisher.execute(new WhiteboardStart(context));
        // Not here: a resource of this very bundle needs this component, which is not there yet.
        publisher.execute(resources::open);
    }

    /** Limits are read at the start: a restart of this component would take every capability out of service. */
    @Modified
    void modified() {
        LOG.warn("io.plinth.hotdeploy has changed; that holds from the next start of the server on");
    }

    @Deactivate
    void deactivate() {
        resources.close();
        bundles.close();
        versions.report(null);
        publisher.shutdownNow();
        switcher.shutdownNow();
        exports.close();
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** The services of a bundle that is no version to others yet. */
    public <T> List<T> services(Bundle provider, Class<T> type) {
        return exports.services(provider, type);
    }

    /** Makes the services of a version before anybody calls them; may hang as they do. */
    public void warmServices(Bundle provider) {
        exports.warm(provider);
    }

    /** Takes the services of a slot away that was removed. */
    public void forget(String slot) {
        switcher.execute(() -> exports.forget(slot));
        awaitServicesQuietly();
    }

    /** Asks a public path of a version, whether it serves or not; the status of the answer. */
    public int ask(SlotVersion version, String path) throws IOException {
        return probe.status(version.base() + path);
    }

    /** Waits until services have followed the traffic: until then callers still reach the version before. */
    private boolean awaitServices() throws InterruptedException {
        if (Thread.currentThread() == serviceThread) {
            return true;
        }
        try {
            switcher.submit(() -> {}).get(SWITCH_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException | TimeoutException | RejectedExecutionException late) {
            LOG.warn("Services have not followed the traffic yet", late);
            return false;
        }
    }

    private void awaitServicesQuietly() {
        try {
            awaitServices();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether services have followed the traffic, so that nobody calls the version before any more. */
    public boolean servicesFollow() throws InterruptedException {
        return awaitServices();
    }

    /** Requests and calls that a version has not finished yet. */
    public int inFlight(SlotVersion version) {
        return version.target().inFlight() + exports.inFlight(version.bundle());
    }

    /**
     * Waits until a version that takes no new requests has finished those it has.
     *
     * @return how many were left when the time was over
     */
    public int awaitDrained(SlotVersion version, long timeoutMillis) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        awaitServices();
        while (inFlight(version) > 0 && System.nanoTime() < deadline) {
            // Again and again: what is a stream shows only once its answer has begun.
            version.target().endStreams();
            TimeUnit.MILLISECONDS.sleep(DRAIN_POLL_MILLIS);
        }
        return inFlight(version);
    }

    private @Nullable SlotVersion add(Bundle bundle) {
        try {
            Optional<CapabilityManifest> found =
                    CapabilityManifest.parse(bundle.getHeaders("").get(CapabilityHeader.NAME));
            if (found.isEmpty() || isSwitchedOff(found.get())) {
                return null;
            }
            CapabilityManifest manifest = found.get();
            Target target = router.add(new Registration(
                    manifest.name(),
                    bundle.getVersion().toString(),
                    SlotVersion.base(manifest.name(), bundle.getVersion()),
                    manifest.paths(),
                    manifest.bodyBytesMax()));
            SlotVersion version = new SlotVersion(manifest, bundle, target);
            if (!manifest.isPlatform()) {
                exports.add(manifest.name(), bundle);
            }
            versions.add(version);
            return version;
        } catch (IllegalArgumentException wrong) {
            LOG.error("Bundle {} is not taken as a capability: {}", bundle, wrong.getMessage());
            return null;
        }
    }

    private boolean isSwitchedOff(CapabilityManifest manifest) {
        return manifest.unless()
                .filter(property -> context.getProperty(property) != null)
                .isPresent();
    }

    /** Publishes a version as soon as every resource component that its bundle describes is there. */
    private void resourceCame(SlotVersion version) {
        long expected = components.getComponentDescriptionDTOs(version.bundle()).stream()
                .filter(SlotExtender::offersResource)
                .count();
        long claim = versions.claim(version, expected);
        if (claim > 0) {
            publisher.execute(() -> publish(version, claim));
        }
    }

    private static boolean offersResource(ComponentDescriptionDTO description) {
        return Arrays.asList(description.serviceInterfaces).contains(RestResource.class.getName());
    }

    private void publish(SlotVersion version, long claim) {
        try {
            if (version.publish(gate, extensions.create())) {
                daemon(() -> probe(version, claim), "plinth-slot-" + version.name())
                        .start();
            }
        } catch (RuntimeException failed) {
            LOG.error("Capability {} cannot be published", version, failed);
            version.withdraw();
            versions.unclaim(version, "cannot be published: " + failed.getMessage());
        }
    }

    /** Goes on asking as long as the version is published: one that is only slow must serve in the end. */
    private void probe(SlotVersion version, long claim) {
        try {
            while (version.isClaimed() && version.claimNumber() == claim) {
                String failure = probe.await(version.base());
                if (failure.isEmpty()) {
                    versions.ready(version, claim);
                    return;
                }
                LOG.error("Capability {} {}; it is asked again", version, failure);
                versions.waiting(version, claim, failure);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Takes a version out: another ready version of the slot gets the traffic first, then what is in flight is waited for,
     * then the application goes. Runs on the thread that stops the bundle, before its components are deactivated.
     */
    private void retire(SlotVersion version, String why) {
        if (!versions.retiring(version, why)) {
            return;
        }
        try {
            int left = version.isAbandoned() ? 0 : awaitDrained(version, config.drainTimeoutMillis());
            if (left > 0) {
                LOG.warn(
                        "Capability {} stops with {} requests in flight after {} ms",
                        version,
                        left,
                        config.drainTimeoutMillis());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        version.withdraw();
        versions.retired(version, why);
    }

    /** Lets the services follow the traffic. */
    private final class ServiceSwitches implements SlotVersions.Switches {
        @Override
        public void activated(SlotVersion version) {
            if (!version.manifest().isPlatform()) {
                switcher.execute(() -> exports.activate(version.name(), version.bundle()));
            }
        }

        @Override
        public void deactivated(String slot) {
            switcher.execute(() -> exports.deactivate(slot));
        }
    }

    private final class CapabilityBundles extends BundleTracker<SlotVersion> {
        CapabilityBundles(BundleContext context) {
            super(context, Bundle.STARTING | Bundle.ACTIVE, null);
        }

        @Override
        public @Nullable SlotVersion addingBundle(Bundle bundle, @Nullable BundleEvent event) {
            return add(bundle);
        }

        @Override
        public void removedBundle(Bundle bundle, @Nullable BundleEvent event, SlotVersion version) {
            retire(version, "its bundle stops");
            versions.remove(version);
            version.target().remove();
            if (!version.manifest().isPlatform()) {
                exports.remove(version.name(), bundle);
            }
        }
    }

    private final class CapabilityResources extends ServiceTracker<RestResource, SlotVersion> {
        CapabilityResources(BundleContext context) {
            super(context, RestResource.class, null);
        }

        @Override
        public @Nullable SlotVersion addingService(ServiceReference<RestResource> reference) {
            Optional<SlotVersion> found = versions.of(reference.getBundle());
            if (found.isEmpty()) {
                return null;
            }
            SlotVersion version = found.get();
            // Got in the name of the capability's own bundle, so that nothing of the platform holds on to it.
            BundleContext owner = version.bundle().getBundleContext();
            RestResource resource = owner.getService(reference);
            if (resource == null) {
                return null;
            }
            version.addResource(reference, resource);
            resourceCame(version);
            return version;
        }

        @Override
        public void removedService(ServiceReference<RestResource> reference, SlotVersion version) {
            // First, so that the version cannot be claimed again with a resource that goes.
            version.removeResource(reference);
            retire(version, "its resources restart");
            release(reference, version);
        }

        private void release(ServiceReference<RestResource> reference, SlotVersion version) {
            try {
                BundleContext owner = version.bundle().getBundleContext();
                if (owner != null) {
                    owner.ungetService(reference);
                }
            } catch (IllegalStateException stopped) {
                LOG.debug("Capability {} stopped before its resource was given back", version);
            }
        }
    }
}
