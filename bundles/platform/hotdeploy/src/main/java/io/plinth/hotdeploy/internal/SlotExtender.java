package io.plinth.hotdeploy.internal;

import io.plinth.capability.Capabilities.State;
import io.plinth.capability.CapabilityHeader;
import io.plinth.capability.RestResource;
import io.plinth.gateway.Gate;
import io.plinth.gateway.RequestRouter;
import io.plinth.gateway.RequestRouter.Target;
import io.plinth.rest.RestExtensions;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
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
 * it, and gives the slot's traffic to the highest version that answers. A version that stops hands the traffic over first
 * and is held until its last request has ended.
 *
 * <p>The list of versions is the lock that guards it and their states; it is never held while registering, waiting or
 * probing. Applications are published on one thread of their own, one after the other: the whiteboards lock themselves, and
 * bundles start on many threads.
 */
@Component(service = SlotExtender.class, immediate = true, configurationPid = "io.plinth.hotdeploy")
@Designate(ocd = HotDeployConfig.class)
public final class SlotExtender {
    private static final Logger LOG = LoggerFactory.getLogger(SlotExtender.class);
    private static final long DRAIN_POLL_MILLIS = 2;
    private static final int HTTP_PORT_DEFAULT = 8181;

    private final RequestRouter router;
    private final Gate gate;
    private final RestExtensions extensions;
    private final ServiceComponentRuntime components;
    private final BundleContext context;
    private final HotDeployConfig config;
    private final VersionProbe probe;
    private final List<SlotVersion> versions;
    private final ExecutorService publisher;
    private final BundleTracker<SlotVersion> bundles;
    private final ServiceTracker<RestResource, SlotVersion> resources;

    @Activate
    public SlotExtender(
            @Reference SlotVersions slots,
            @Reference RequestRouter router,
            @Reference Gate gate,
            @Reference RestExtensions extensions,
            @Reference ServiceComponentRuntime components,
            @Reference HttpServiceRuntime http,
            BundleContext context,
            HotDeployConfig config) {
        this.versions = slots.list();
        this.router = router;
        this.gate = gate;
        this.extensions = extensions;
        this.components = components;
        this.context = context;
        this.config = config;
        String port = context.getProperty("plinth.http.port");
        this.probe = new VersionProbe(
                port == null ? HTTP_PORT_DEFAULT : Integer.parseInt(port), gate, config.probeTimeoutMillis());
        this.publisher = Executors.newSingleThreadExecutor(task -> daemon(task, "plinth-slots"));
        this.bundles = new CapabilityBundles(context);
        this.resources = new CapabilityResources(context);
        publisher.execute(new WhiteboardStart(context));
        bundles.open();
        resources.open();
    }

    @Deactivate
    void deactivate() {
        resources.close();
        bundles.close();
        publisher.shutdownNow();
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    private @Nullable SlotVersion add(Bundle bundle) {
        try {
            Optional<CapabilityManifest> found =
                    CapabilityManifest.parse(bundle.getHeaders("").get(CapabilityHeader.NAME));
            if (found.isEmpty() || isSwitchedOff(found.get())) {
                return null;
            }
            CapabilityManifest manifest = found.get();
            Target target = router.add(
                    manifest.name(),
                    bundle.getVersion().toString(),
                    SlotVersion.base(manifest.name(), bundle.getVersion()),
                    manifest.paths());
            SlotVersion version = new SlotVersion(manifest, bundle, target);
            synchronized (versions) {
                versions.add(version);
            }
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

    private Optional<SlotVersion> versionOf(Bundle bundle) {
        synchronized (versions) {
            return versions.stream()
                    .filter(version -> version.bundle().equals(bundle))
                    .findFirst();
        }
    }

    /** Publishes a version as soon as every resource component that its bundle describes is there. */
    private void resourceCame(SlotVersion version) {
        long expected = components.getComponentDescriptionDTOs(version.bundle()).stream()
                .filter(SlotExtender::offersResource)
                .count();
        synchronized (versions) {
            if (version.isClaimed() || version.resourceCount() < expected) {
                return;
            }
            version.claim();
        }
        publisher.execute(() -> publish(version));
    }

    private static boolean offersResource(ComponentDescriptionDTO description) {
        return Arrays.asList(description.serviceInterfaces).contains(RestResource.class.getName());
    }

    private void publish(SlotVersion version) {
        try {
            if (version.publish(gate, extensions.create())) {
                daemon(() -> probeAndActivate(version), "plinth-slot-" + version.name())
                        .start();
            }
        } catch (RuntimeException failed) {
            LOG.error("Capability {} cannot be published", version, failed);
            version.withdraw();
            synchronized (versions) {
                version.release();
                version.become(State.STARTING, "cannot be published: " + failed.getMessage());
            }
        }
    }

    /** Goes on asking as long as the version is published: one that is only slow must serve in the end. */
    private void probeAndActivate(SlotVersion version) {
        try {
            while (version.isClaimed()) {
                String failure = probe.await(version.base());
                if (failure.isEmpty()) {
                    ready(version);
                    return;
                }
                LOG.error("Capability {} {}; it is asked again", version, failure);
                synchronized (versions) {
                    if (version.state() == State.STARTING) {
                        version.become(State.STARTING, failure);
                    }
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void ready(SlotVersion version) {
        synchronized (versions) {
            if (!version.isClaimed() || version.state() != State.STARTING) {
                return;
            }
            Optional<SlotVersion> serving = active(version.name());
            if (serving.isPresent() && serving.get().version().compareTo(version.version()) > 0) {
                version.become(State.STANDBY, "ready; " + serving.get().version() + " serves");
                LOG.info("Capability {} is ready beside {}", version, serving.get());
                return;
            }
            activate(version);
            serving.ifPresent(old -> old.become(State.STANDBY, "ready; " + version.version() + " serves"));
        }
    }

    private void activate(SlotVersion version) {
        version.target().activate();
        version.become(State.ACTIVE, "");
        LOG.info("Capability {} serves", version);
    }

    private Optional<SlotVersion> active(String name) {
        return versions.stream()
                .filter(version -> version.name().equals(name) && version.state() == State.ACTIVE)
                .findFirst();
    }

    /**
     * Takes a version out: another ready version of the slot gets the traffic first, then the requests in flight are waited
     * for, then the application goes. Runs on the thread that stops the bundle, before its components are deactivated.
     */
    private void retire(SlotVersion version, String why) {
        synchronized (versions) {
            if (!version.isClaimed() || version.state() == State.DRAINING) {
                return;
            }
            handOver(version);
            version.become(State.DRAINING, why);
        }
        awaitDrained(version);
        version.withdraw();
        synchronized (versions) {
            version.release();
            version.become(State.STARTING, why);
        }
        LOG.info("Capability {} no longer serves: {}", version, why);
    }

    private void handOver(SlotVersion version) {
        if (version.state() != State.ACTIVE) {
            return;
        }
        Optional<SlotVersion> next = versions.stream()
                .filter(other -> other.name().equals(version.name()) && other.state() == State.STANDBY)
                .max(Comparator.comparing(SlotVersion::version));
        if (next.isPresent()) {
            activate(next.get());
        } else {
            version.target().deactivate();
        }
    }

    private void awaitDrained(SlotVersion version) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(config.drainTimeoutMillis());
        try {
            while (version.target().inFlight() > 0 && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(DRAIN_POLL_MILLIS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        int left = version.target().inFlight();
        if (left > 0) {
            LOG.warn(
                    "Capability {} stops with {} requests in flight after {} ms",
                    version,
                    left,
                    config.drainTimeoutMillis());
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
            synchronized (versions) {
                versions.remove(version);
            }
            version.target().remove();
        }
    }

    private final class CapabilityResources extends ServiceTracker<RestResource, SlotVersion> {
        CapabilityResources(BundleContext context) {
            super(context, RestResource.class, null);
        }

        @Override
        public @Nullable SlotVersion addingService(ServiceReference<RestResource> reference) {
            Optional<SlotVersion> found = versionOf(reference.getBundle());
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
            synchronized (versions) {
                version.addResource(reference, resource);
            }
            resourceCame(version);
            return version;
        }

        @Override
        public void removedService(ServiceReference<RestResource> reference, SlotVersion version) {
            // First, so that the version cannot be claimed again with a resource that goes.
            synchronized (versions) {
                version.removeResource(reference);
            }
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
