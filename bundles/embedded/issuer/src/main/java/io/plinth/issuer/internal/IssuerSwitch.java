package io.plinth.issuer.internal;

import org.osgi.framework.BundleContext;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets the other components of this bundle live only where no external provider is configured. */
@Component(
        service = {},
        immediate = true)
public final class IssuerSwitch {
    private static final Logger LOG = LoggerFactory.getLogger(IssuerSwitch.class);

    @Activate
    public IssuerSwitch(ComponentContext components, BundleContext context) {
        String external = context.getProperty("plinth.issuer");
        if (external == null || external.isBlank()) {
            enableAll(components);
        } else {
            LOG.info("The embedded issuer is off, since tokens come from {}", external);
        }
    }

    @SuppressWarnings("NullAway") // null stands for all components of the bundle (DS specification, 112.5.1).
    private static void enableAll(ComponentContext components) {
        components.enableComponent(null);
    }
}
