package io.plinth.hotdeploy.internal.services;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.AllServiceListener;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.hooks.service.EventListenerHook;
import org.osgi.framework.hooks.service.FindHook;

/**
 * Exports the services of capabilities: other bundles see, for each interface of a component, one proxy that stays registered
 * while versions come and go. A call through it runs in the version that is active, is counted there, and waits when there is
 * none. The components of a version see the services of their own bundle instead.
 *
 * <p>Registering and unregistering proxies runs code of other bundles: call these methods without holding a lock.
 */
public final class ServiceExports {
    private static final long WAIT_MILLIS_MAX = 600_000;
    private static final int RUNNING = Bundle.STARTING | Bundle.ACTIVE | Bundle.STOPPING;

    private final BundleContext platform;
    private final long waitMillis;
    private final Map<String, Slot> slots = new ConcurrentHashMap<>();
    private final Map<Bundle, ProviderVersion> versions = new ConcurrentHashMap<>();
    private final AllServiceListener serviceListener = this::serviceChanged;
    private final SynchronousBundleListener bundleListener = this::bundleChanged;
    private final ServiceRegistration<?> hooks;

    /**
     * Begins to hide and to listen.
     *
     * @param platform context of the bundle that sees all services
     * @param waitMillis how long a call waits for an active version, in milliseconds; 0 to 600,000
     */
    public ServiceExports(BundleContext platform, long waitMillis) {
        if (waitMillis < 0 || waitMillis > WAIT_MILLIS_MAX) {
            throw new IllegalArgumentException("Calls wait 0 to " + WAIT_MILLIS_MAX + " ms, not " + waitMillis);
        }
        this.platform = platform;
        this.waitMillis = waitMillis;
        this.hooks = platform.registerService(
                new String[] {FindHook.class.getName(), EventListenerHook.class.getName()},
                new Visibility(platform.getBundle(), versions),
                null);
        platform.addBundleListener(bundleListener);
        try {
            platform.addServiceListener(serviceListener, "(component.name=*)");
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** A version's bundle is starting; from now on its services are hidden. Call it before they appear. */
    public void add(String slotName, Bundle provider) {
        Slot slot = slots.computeIfAbsent(slotName, name -> new Slot(name, platform, waitMillis));
        ProviderVersion version = new ProviderVersion(slot, provider);
        ProviderVersion before = versions.put(provider, version);
        if (before != null) {
            before.slot().deactivate(before);
            before.close();
        }
        ServiceReference<?>[] present = provider.getRegisteredServices();
        if (present != null) {
            for (ServiceReference<?> reference : present) {
                version.appeared(reference);
            }
        }
    }

    /**
     * From now on calls go to this version. Proxies of exports that only it has are registered, and those of exports that it
     * does not have go, before this returns, unless another thread is just changing proxies of the slot and does it soon after.
     *
     * @throws IllegalStateException when the version was not added, or was removed
     */
    public void activate(String slotName, Bundle provider) {
        ProviderVersion version = find(slotName, provider);
        if (version == null || version.isClosed() || slots.get(slotName) != version.slot()) {
            throw new IllegalStateException(provider + " is no version of " + slotName);
        }
        version.slot().activate(version);
    }

    /** Makes the services of a version that is not active yet, so that callers do not wait for that. */
    public void warm(Bundle provider) {
        ProviderVersion version = versions.get(provider);
        if (version != null) {
            version.warm();
        }
    }

    /** There is no version for the moment: proxies stay, and new calls wait. */
    public void deactivate(String slotName) {
        Slot slot = slots.get(slotName);
        if (slot != null) {
            slot.deactivate();
        }
    }

    /** Lets go of a version. Its services stay hidden until its bundle has stopped. */
    public void remove(String slotName, Bundle provider) {
        ProviderVersion version = find(slotName, provider);
        if (version == null) {
            return;
        }
        version.slot().deactivate(version);
        version.close();
        if ((provider.getState() & RUNNING) == 0) {
            versions.remove(provider, version);
        }
    }

    /** The capability was removed: its proxies go, and calls that wait are refused. */
    public void forget(String slotName) {
        Slot slot = slots.remove(slotName);
        if (slot != null) {
            slot.forget();
        }
    }

    /** Calls that run in this version now. */
    public int inFlight(Bundle provider) {
        ProviderVersion version = versions.get(provider);
        return version == null ? 0 : version.inFlight();
    }

    /**
     * The services that a version exports under an interface, active or not, the preferred one first. They are the version's
     * own, uncounted: do not keep them.
     */
    public <T> List<T> services(Bundle provider, Class<T> type) {
        ProviderVersion version = versions.get(provider);
        return version == null ? List.of() : version.services(type);
    }

    /** Unregisters all proxies, then the hooks. */
    public void close() {
        slots.keySet().forEach(this::forget);
        platform.removeServiceListener(serviceListener);
        platform.removeBundleListener(bundleListener);
        hooks.unregister();
        versions.values().forEach(ProviderVersion::close);
        versions.clear();
    }

    private @Nullable ProviderVersion find(String slotName, Bundle provider) {
        ProviderVersion version = versions.get(provider);
        return version != null && version.slot().name().equals(slotName) ? version : null;
    }

    private void serviceChanged(ServiceEvent event) {
        ServiceReference<?> reference = event.getServiceReference();
        boolean goes = event.getType() == ServiceEvent.UNREGISTERING;
        if (reference.getProperty(Export.PROXY_OF) instanceof String slotName) {
            Slot slot = slots.get(slotName);
            if (goes && slot != null) {
                slot.lost(reference);
            }
            return;
        }
        Bundle owner = reference.getBundle();
        ProviderVersion version = owner == null ? null : versions.get(owner);
        if (version == null || version.isClosed()) {
            return;
        }
        if (goes) {
            version.vanished(reference);
        } else {
            version.appeared(reference);
        }
        version.slot().changed(version);
    }

    private void bundleChanged(BundleEvent event) {
        ProviderVersion version = versions.get(event.getBundle());
        if (version != null && version.isClosed() && event.getType() == BundleEvent.STOPPED) {
            versions.remove(event.getBundle(), version);
        }
    }
}
