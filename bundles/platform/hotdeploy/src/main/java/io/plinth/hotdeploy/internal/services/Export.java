package io.plinth.hotdeploy.internal.services;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One proxy and its registration, which outlive the versions: neither refers to anything of a version. The proxy's class
 * lives in the loader of the interface.
 */
final class Export implements InvocationHandler {
    /** Names the slot that a service belongs to. */
    static final String CAPABILITY = "plinth.capability";

    /** Names the slot, on proxies only. */
    static final String PROXY_OF = "plinth.capability.proxy";

    private static final Logger LOG = LoggerFactory.getLogger(Export.class);

    private final Slot slot;
    private final ExportKey key;
    private final BundleContext platform;
    private final Object proxy;
    private final AtomicReference<@Nullable ServiceRegistration<?>> registration = new AtomicReference<>();
    private Map<String, Object> published = Map.of();
    private volatile boolean closed;

    Export(Slot slot, ExportKey key, BundleContext platform) {
        this.slot = slot;
        this.key = key;
        this.platform = platform;
        this.proxy = Proxy.newProxyInstance(key.type().getClassLoader(), new Class<?>[] {key.type()}, this);
    }

    ExportKey key() {
        return key;
    }

    boolean isClosed() {
        return closed;
    }

    /** Registers the proxy or changes its properties, if they are others; by one thread at a time. */
    void publish(Map<String, Object> copied) {
        Map<String, Object> properties = new HashMap<>(copied);
        properties.put(CAPABILITY, slot.name());
        properties.put(PROXY_OF, slot.name());
        ServiceRegistration<?> current = registration.get();
        if (current != null && isSame(properties, published)) {
            return;
        }
        try {
            if (current == null) {
                registration.set(registrar().registerService(key.type().getName(), proxy, new Hashtable<>(properties)));
            } else {
                current.setProperties(new Hashtable<>(properties));
            }
            published = properties;
        } catch (IllegalStateException stopped) {
            registration.compareAndSet(current, null);
            throw stopped;
        }
    }

    /** Arrays are compared by what is in them. */
    private static boolean isSame(Map<String, Object> one, Map<String, Object> other) {
        return one.keySet().equals(other.keySet())
                && one.keySet().stream().allMatch(name -> Objects.deepEquals(one.get(name), other.get(name)));
    }

    /**
     * In whose name the proxy is registered. The bundle of the interface has the class space of every bundle that can use it;
     * the platform's bundle need not know the interface at all.
     */
    private BundleContext registrar() {
        Bundle owner = FrameworkUtil.getBundle(key.type());
        if (owner != null && (owner.getState() & (Bundle.STARTING | Bundle.ACTIVE)) != 0) {
            BundleContext context = owner.getBundleContext();
            if (context != null) {
                return context;
            }
        }
        return platform;
    }

    /** Whether this was its registration, which somebody else ends. */
    boolean lose(ServiceReference<?> reference) {
        ServiceRegistration<?> current = registration.get();
        try {
            return current != null
                    && current.getReference().equals(reference)
                    && registration.compareAndSet(current, null);
        } catch (IllegalStateException gone) {
            return registration.compareAndSet(current, null);
        }
    }

    /** Unregisters the proxy, which lets go of it those that use it; calls that wait after that are refused. */
    void close() {
        ServiceRegistration<?> current = registration.getAndSet(null);
        try {
            if (current != null) {
                current.unregister();
            }
        } catch (IllegalStateException gone) {
            LOG.debug("{} was unregistered already", this);
        } finally {
            closed = true;
        }
    }

    @Override
    public @Nullable Object invoke(Object self, Method method, Object @Nullable [] arguments) throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return ofObject(method, arguments);
        }
        Slot.Call call = slot.reach(this);
        try {
            return method.invoke(call.target(), arguments);
        } catch (InvocationTargetException failed) {
            throw failed.getTargetException();
        } finally {
            call.version().leave();
        }
    }

    private Object ofObject(Method method, Object @Nullable [] arguments) {
        return switch (method.getName()) {
            case "equals" -> arguments != null && arguments[0] == proxy;
            case "hashCode" -> System.identityHashCode(proxy);
            default -> toString();
        };
    }

    @Override
    public String toString() {
        return key.type().getName() + " of capability " + slot.name();
    }
}
