package io.plinth.hotdeploy.internal;

import io.plinth.capability.Capabilities.CapabilityVersion;
import io.plinth.capability.Capabilities.State;
import io.plinth.capability.RestResource;
import io.plinth.gateway.Gate;
import io.plinth.gateway.RequestRouter.Target;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import javax.servlet.Filter;
import javax.ws.rs.core.Application;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.Version;

/**
 * One version in a slot: a started provider bundle, its resources, and once they are complete its application under a base
 * of its own. Its state is guarded by {@link SlotVersions}.
 */
public final class SlotVersion {
    private final CapabilityManifest manifest;
    private final Bundle bundle;
    private final Target target;
    private final Map<ServiceReference<RestResource>, RestResource> resources = new ConcurrentHashMap<>();
    private final Deque<ServiceRegistration<?>> registrations = new ArrayDeque<>();
    private volatile State state = State.STARTING;
    private volatile boolean claimed;
    private volatile boolean withdrawn;
    private volatile boolean abandoned;
    private volatile @Nullable Instant since;
    private volatile long claimNumber;
    private volatile String reason = "waits for its resources";

    SlotVersion(CapabilityManifest manifest, Bundle bundle, Target target) {
        this.manifest = manifest;
        this.bundle = bundle;
        this.target = target;
    }

    static String base(String name, Version version) {
        return Gate.INTERNAL_PREFIX + name + "/" + version;
    }

    /** What its bundle declares. */
    public CapabilityManifest manifest() {
        return manifest;
    }

    public String name() {
        return manifest.name();
    }

    public Version version() {
        return bundle.getVersion();
    }

    public String base() {
        return base(name(), version());
    }

    public Bundle bundle() {
        return bundle;
    }

    public Target target() {
        return target;
    }

    public State state() {
        return state;
    }

    public boolean isServing() {
        return state == State.ACTIVE;
    }

    /** Why it does not serve; empty when it does. */
    public String reason() {
        return reason;
    }

    void become(State next, String why) {
        state = next;
        reason = why;
    }

    /** When it began to serve; {@code null} while it never did. */
    public @Nullable Instant since() {
        return since;
    }

    void servesSince(Instant at) {
        since = at;
    }

    /** What is still in flight when its bundle stops is not waited for any more. */
    public void abandon() {
        abandoned = true;
    }

    boolean isAbandoned() {
        return abandoned;
    }

    void addResource(ServiceReference<RestResource> reference, RestResource resource) {
        resources.put(reference, resource);
    }

    void removeResource(ServiceReference<RestResource> reference) {
        resources.remove(reference);
    }

    int resourceCount() {
        return resources.size();
    }

    /** Whether its application is published, or is just about to be. */
    public boolean isClaimed() {
        return claimed;
    }

    void claim() {
        withdrawn = false;
        claimed = true;
        claimNumber++;
    }

    /** Tells one claim from the next. */
    long claimNumber() {
        return claimNumber;
    }

    void release() {
        claimed = false;
    }

    /**
     * Registers the application, and before it the filter that stands in front of it, in the name of the capability's own
     * bundle, so that they go when it goes.
     *
     * @return false when the version was withdrawn, or its bundle stopped, before its turn came, and when it is published
     *     already: claimed again, it can have two turns
     */
    synchronized boolean publish(Gate gate, Set<Object> extensions) {
        BundleContext context = bundle.getBundleContext();
        if (!claimed || withdrawn || context == null || !registrations.isEmpty()) {
            return false;
        }
        String applicationName = name() + "-" + version();
        Hashtable<String, Object> filter = new Hashtable<>();
        filter.put("osgi.http.whiteboard.filter.name", "io.plinth.slot." + applicationName);
        filter.put("osgi.http.whiteboard.filter.pattern", "/*");
        filter.put("osgi.http.whiteboard.filter.asyncSupported", true);
        filter.put("osgi.http.whiteboard.filter.dispatcher", new String[] {"REQUEST", "ASYNC"});
        filter.put("osgi.http.whiteboard.context.select", "(osgi.jaxrs.name=" + applicationName + ")");
        registrations.push(context.registerService(Filter.class, new SlotFilter(gate), filter));

        Set<Object> singletons = new HashSet<>(extensions);
        singletons.addAll(resources.values());
        singletons.add(new ReadinessProbe());
        Hashtable<String, Object> application = new Hashtable<>();
        application.put("osgi.jaxrs.name", applicationName);
        application.put("osgi.jaxrs.application.base", base() + "/");
        registrations.push(context.registerService(Application.class, new SlotApplication(singletons), application));
        return true;
    }

    /** Takes back what {@link #publish} registered; the last first. Until the next claim nothing is published any more. */
    synchronized void withdraw() {
        withdrawn = true;
        while (!registrations.isEmpty()) {
            try {
                registrations.pop().unregister();
            } catch (IllegalStateException gone) {
                // The framework was faster: the bundle has stopped.
                continue;
            }
        }
    }

    CapabilityVersion snapshot() {
        return new CapabilityVersion(
                name(),
                version().toString(),
                state,
                reason,
                bundle.getBundleId(),
                resources.values().stream().map(Object::getClass).collect(Collectors.toUnmodifiableSet()));
    }

    /** For the log. */
    @Override
    public String toString() {
        return name() + " " + version();
    }
}
