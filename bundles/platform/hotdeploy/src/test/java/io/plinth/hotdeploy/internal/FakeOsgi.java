package io.plinth.hotdeploy.internal;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.Version;

/** A started bundle that notes what is registered in its name. */
final class FakeOsgi {
    /** A service, as it was registered. */
    record Registered(String type, Object service, Dictionary<String, ?> properties) {}

    final List<Registered> services = new CopyOnWriteArrayList<>();
    final List<String> unregistered = new ArrayList<>();
    private final Version version;
    private boolean stopped;
    private boolean servicesGone;

    FakeOsgi(String version) {
        this.version = Version.parseVersion(version);
    }

    /** From now on the bundle has no context. */
    void stop() {
        stopped = true;
    }

    /** The framework took the services away by itself. */
    void loseServices() {
        servicesGone = true;
    }

    static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(FakeOsgi.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    static ServiceReference<?> reference() {
        return proxy(ServiceReference.class, (proxy, called, arguments) -> switch (called.getName()) {
            case "hashCode" -> System.identityHashCode(proxy);
            case "equals" -> proxy == arguments[0];
            default -> throw new UnsupportedOperationException(called.toString());
        });
    }

    Bundle bundle() {
        return proxy(Bundle.class, (proxy, called, arguments) -> switch (called.getName()) {
            case "getVersion" -> version;
            case "getBundleId" -> 7L;
            case "getBundleContext" -> stopped ? null : context();
            case "hashCode" -> System.identityHashCode(proxy);
            case "equals" -> proxy == arguments[0];
            default -> throw new UnsupportedOperationException(called.toString());
        });
    }

    @SuppressWarnings("unchecked")
    private BundleContext context() {
        return proxy(BundleContext.class, (proxy, called, arguments) -> {
            if (!called.getName().equals("registerService")) {
                throw new UnsupportedOperationException(called.toString());
            }
            Registered registered = new Registered(
                    ((Class<?>) arguments[0]).getSimpleName(), arguments[1], (Dictionary<String, ?>) arguments[2]);
            services.add(registered);
            return registration(registered);
        });
    }

    private ServiceRegistration<?> registration(Registered registered) {
        return proxy(ServiceRegistration.class, (proxy, called, arguments) -> {
            if (servicesGone) {
                throw new IllegalStateException("gone");
            }
            services.remove(registered);
            unregistered.add(registered.type());
            return null;
        });
    }
}
