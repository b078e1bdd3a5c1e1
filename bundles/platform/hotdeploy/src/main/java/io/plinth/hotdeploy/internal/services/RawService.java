package io.plinth.hotdeploy.internal.services;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A service as one version registered it. It is got in the name of its own bundle, so that nothing else holds on to it. */
final class RawService {
    private static final Logger LOG = LoggerFactory.getLogger(RawService.class);
    private static final Set<String> OF_THE_REGISTRATION = Set.of(
            Constants.OBJECTCLASS,
            Constants.SERVICE_ID,
            Constants.SERVICE_SCOPE,
            Constants.SERVICE_BUNDLEID,
            "component.id");

    private final ServiceReference<?> reference;
    private final Bundle provider;
    private final Set<ExportKey> keys;
    private final AtomicReference<@Nullable Object> instance = new AtomicReference<>();

    RawService(ServiceReference<?> reference, Bundle provider, Set<ExportKey> keys) {
        this.reference = reference;
        this.provider = provider;
        this.keys = keys;
    }

    ServiceReference<?> reference() {
        return reference;
    }

    Set<ExportKey> keys() {
        return keys;
    }

    /**
     * The service, got when it is first asked for; {@code null} when it is gone or cannot be made. No lock is held meanwhile:
     * getting it activates its component.
     */
    @Nullable
    Object service() {
        Object known = instance.get();
        return known != null ? known : obtain();
    }

    private @Nullable Object obtain() {
        try {
            BundleContext owner = provider.getBundleContext();
            Object got = owner == null ? null : owner.getService(reference);
            if (owner != null && got != null && !instance.compareAndSet(null, got)) {
                owner.ungetService(reference);
            }
            return got;
        } catch (IllegalStateException stopped) {
            LOG.debug("{} stopped while a service of it was asked for", provider);
            return null;
        }
    }

    /** Gives the service back. */
    void release() {
        if (instance.getAndSet(null) == null) {
            return;
        }
        try {
            BundleContext owner = provider.getBundleContext();
            if (owner != null) {
                owner.ungetService(reference);
            }
        } catch (IllegalStateException stopped) {
            LOG.debug("{} stopped before a service of it was given back", provider);
        }
    }

    /** Properties that a proxy takes over: not those of the registration itself, and none whose class the provider brings. */
    Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>();
        for (String name : reference.getPropertyKeys()) {
            Object value = reference.getProperty(name);
            boolean lasting = value != null && value.getClass().getClassLoader() == null;
            if (lasting && !OF_THE_REGISTRATION.contains(name)) {
                properties.put(name, value);
            }
        }
        return properties;
    }
}
