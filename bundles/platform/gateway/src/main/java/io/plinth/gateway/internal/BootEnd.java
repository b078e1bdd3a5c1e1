package io.plinth.gateway.internal;

import io.plinth.capability.CapabilityOperations;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.util.tracker.ServiceTracker;

/**
 * Tells the router when all paths are known: Karaf has installed what belongs to the boot, and the capabilities that are to
 * be installed have been read. Karaf by name, so that nothing here needs it.
 */
@Component(
        service = {},
        immediate = true)
public final class BootEnd {
    private static final String BOOT_FINISHED = "org.apache.karaf.features.BootFinished";

    private final ServiceTracker<Object, Object> tracker;

    @Activate
    public BootEnd(@Reference SlotRouter router, @Reference CapabilityOperations capabilities, BundleContext context) {
        this.tracker = new ServiceTracker<>(context, BOOT_FINISHED, null) {
            @Override
            public Object addingService(ServiceReference<Object> reference) {
                router.bootFinished();
                return reference;
            }
        };
        tracker.open();
    }

    @Deactivate
    void deactivate() {
        tracker.close();
    }
}
