package io.plinth.hotdeploy.internal.services;

import io.plinth.capability.RestResource;
import java.lang.reflect.Modifier;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;

/**
 * What makes a service of two versions the same export.
 *
 * @param type the interface, so that versions wired to different API bundles never share a proxy
 * @param component name of the component
 * @param configuration PID of a factory configuration, which tells the instances of one component; else empty
 */
record ExportKey(Class<?> type, String component, String configuration) {
    private static final String COMPONENT_NAME = "component.name";
    private static final String FACTORY_PID = "service.factoryPid";

    /**
     * The exports that a service is: one for each of its interfaces that comes from another bundle. What is no component,
     * such as the applications, filters and persistence units that the platform registers in a capability's name, is none.
     */
    static Set<ExportKey> of(ServiceReference<?> reference) {
        Bundle provider = reference.getBundle();
        if (provider == null || !(reference.getProperty(COMPONENT_NAME) instanceof String component)) {
            return Set.of();
        }
        String configuration = reference.getProperty(FACTORY_PID) == null
                ? ""
                : String.valueOf(reference.getProperty(Constants.SERVICE_PID));
        return Stream.of((String[]) reference.getProperty(Constants.OBJECTCLASS))
                .filter(name -> !name.equals(RestResource.class.getName()))
                .flatMap(name -> exportable(name, provider).stream())
                .map(type -> new ExportKey(type, component, configuration))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Optional<Class<?>> exportable(String name, Bundle provider) {
        try {
            Class<?> type = provider.loadClass(name);
            // An interface of the provider's own is out of reach for others, and a proxy of it would hold the provider.
            boolean shared = type.isInterface()
                    && Modifier.isPublic(type.getModifiers())
                    && !provider.equals(FrameworkUtil.getBundle(type));
            return shared ? Optional.of(type) : Optional.empty();
        } catch (ClassNotFoundException | IllegalStateException unreachable) {
            return Optional.empty();
        }
    }
}
