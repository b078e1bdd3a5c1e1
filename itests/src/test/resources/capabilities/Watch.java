package org.example.${name}.internal;

import io.plinth.capability.RestResource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.annotation.security.PermitAll;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** Shows, from inside, what an operation on one capability did to all the other bundles. */
@Component(service = RestResource.class)
@Path("/api/v1/${name}")
@Produces(MediaType.APPLICATION_JSON)
@PermitAll
public final class Watch implements RestResource, SynchronousBundleListener {
    private final BundleContext context;
    private final ServiceComponentRuntime components;
    private final List<String> events = new CopyOnWriteArrayList<>();

    @Activate
    public Watch(BundleContext context, @Reference ServiceComponentRuntime components) {
        this.context = context;
        this.components = components;
        context.addBundleListener(this);
    }

    @Deactivate
    void stop() {
        context.removeBundleListener(this);
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        events.add(event.getBundle().getSymbolicName() + " " + name(event.getType()));
    }

    /**
     * @param bundles state and time of the last change of each, by id and name
     * @param wirings of each, and what each is wired to: another identity after a refresh
     * @param components ids of the component configurations of each: other ones after a restart
     * @param events of all bundles since this one started
     */
    public record Seen(
            Map<String, String> bundles,
            Map<String, List<String>> wirings,
            Map<String, List<String>> components,
            List<String> events) {}

    @GET
    public Seen look() {
        Map<String, String> bundles = new TreeMap<>();
        Map<String, List<String>> wirings = new TreeMap<>();
        Map<String, List<String>> configurations = new TreeMap<>();
        for (Bundle bundle : context.getBundles()) {
            String key = bundle.getSymbolicName() + "/" + bundle.getBundleId();
            bundles.put(key, bundle.getVersion() + " " + bundle.getState() + " " + bundle.getLastModified());
            wirings.put(key, wires(bundle));
            configurations.put(key, configurations(bundle));
        }
        return new Seen(bundles, wirings, configurations, List.copyOf(events));
    }

    private static List<String> wires(Bundle bundle) {
        BundleWiring wiring = bundle.adapt(BundleWiring.class);
        List<String> wires = new ArrayList<>();
        if (wiring != null) {
            wires.add("wiring " + System.identityHashCode(wiring));
            for (BundleWire wire : wiring.getRequiredWires(null)) {
                wires.add(wire.getRequirement().getNamespace() + " of "
                        + wire.getProvider().getBundle().getBundleId());
            }
            // In the order of the resolver, except for packages that are imported on demand.
            wires.sort(null);
        }
        return wires;
    }

    private List<String> configurations(Bundle bundle) {
        List<String> ids = new ArrayList<>();
        for (ComponentDescriptionDTO description : components.getComponentDescriptionDTOs(bundle)) {
            for (ComponentConfigurationDTO configuration : components.getComponentConfigurationDTOs(description)) {
                ids.add(description.name + " " + configuration.id);
            }
        }
        ids.sort(null);
        return ids;
    }

    private static String name(int type) {
        return switch (type) {
            case BundleEvent.INSTALLED -> "installed";
            case BundleEvent.RESOLVED -> "resolved";
            case BundleEvent.STARTING -> "starting";
            case BundleEvent.STARTED -> "started";
            case BundleEvent.STOPPING -> "stopping";
            case BundleEvent.STOPPED -> "stopped";
            case BundleEvent.UPDATED -> "updated";
            case BundleEvent.UNRESOLVED -> "unresolved";
            case BundleEvent.UNINSTALLED -> "uninstalled";
            default -> Integer.toString(type);
        };
    }
}
