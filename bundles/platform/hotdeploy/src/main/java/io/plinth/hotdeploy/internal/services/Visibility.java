package io.plinth.hotdeploy.internal.services;

import java.util.Collection;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.hooks.service.EventListenerHook;
import org.osgi.framework.hooks.service.FindHook;
import org.osgi.framework.hooks.service.ListenerHook.ListenerInfo;

/** Who sees what: a version sees its own services, everybody else the proxies. */
final class Visibility implements FindHook, EventListenerHook {
    private final Bundle platform;
    private final Map<Bundle, ProviderVersion> versions;

    /** Judges by the live map of the versions. */
    Visibility(Bundle platform, Map<Bundle, ProviderVersion> versions) {
        this.platform = platform;
        this.versions = versions;
    }

    @Override
    public void find(
            BundleContext context,
            String name,
            String filter,
            boolean allServices,
            Collection<ServiceReference<?>> references) {
        Bundle viewer = context.getBundle();
        references.removeIf(reference -> isHidden(reference, viewer));
    }

    @Override
    public void event(ServiceEvent event, Map<BundleContext, Collection<ListenerInfo>> listeners) {
        ServiceReference<?> reference = event.getServiceReference();
        if (isOurs(reference)) {
            listeners.keySet().removeIf(context -> isHidden(reference, context.getBundle()));
        }
    }

    private boolean isOurs(ServiceReference<?> reference) {
        Bundle owner = reference.getBundle();
        return reference.getProperty(Export.PROXY_OF) != null || (owner != null && versions.containsKey(owner));
    }

    private boolean isHidden(ServiceReference<?> reference, Bundle viewer) {
        if (viewer.equals(platform) || viewer.getBundleId() == Constants.SYSTEM_BUNDLE_ID) {
            return false;
        }
        Object proxyOf = reference.getProperty(Export.PROXY_OF);
        if (proxyOf != null) {
            ProviderVersion viewing = versions.get(viewer);
            return viewing != null && viewing.slot().name().equals(proxyOf);
        }
        Bundle owner = reference.getBundle();
        if (owner == null || owner.equals(viewer)) {
            return false;
        }
        ProviderVersion version = versions.get(owner);
        return version != null && version.isExport(reference);
    }
}
