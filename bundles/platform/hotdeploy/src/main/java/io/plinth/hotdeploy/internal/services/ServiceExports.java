package io.plinth.hotdeploy.internal.services;

import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** Stand-in until the branch comes. */
public final class ServiceExports {
    public ServiceExports(BundleContext context, long waitMillis) {}

    public void add(String slot, Bundle provider) {}

    public void activate(String slot, Bundle provider) {}

    public void deactivate(String slot) {}

    public void remove(String slot, Bundle provider) {}

    public void forget(String slot) {}

    public int inFlight(Bundle provider) {
        return 0;
    }

    public <T> List<T> services(Bundle provider, Class<T> type) {
        return List.of();
    }

    public void close() {}
}
