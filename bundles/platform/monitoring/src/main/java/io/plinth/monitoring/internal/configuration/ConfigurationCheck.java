package io.plinth.monitoring.internal.configuration;

import io.plinth.capability.CapabilityOperations;
import io.plinth.health.StartupFailure;
import java.io.IOException;
import java.util.function.Consumer;
import org.apache.karaf.features.BootFinished;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.MetaTypeService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An unknown or misspelt key and a number out of its range are loud errors: they end a start, and are errors in the log when
 * they come later. Components would pass over them in silence.
 */
@Component(service = ConfigurationListener.class, immediate = true)
public final class ConfigurationCheck implements ConfigurationListener {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigurationCheck.class);
    private static final String OURS = "io.plinth.";
    private static final String FILE = "felix.fileinstall.filename";

    private final ConfigurationAdmin configurations;
    private final ConfigurationRules rules;
    private final Consumer<String> startupFailure;

    @Activate
    public ConfigurationCheck(
            @Reference ConfigurationAdmin configurations,
            @Reference MetaTypeService metaTypes,
            @Reference(target = StartupFailure.FILTER) Consumer<String> startupFailure,
            @Reference BootFinished allPlatformBundlesAreThere,
            @Reference CapabilityOperations allCapabilitiesAreThere,
            BundleContext context)
            throws IOException, InvalidSyntaxException {
        this.configurations = configurations;
        this.rules = new ConfigurationRules(context, metaTypes);
        this.startupFailure = startupFailure;
        Configuration[] present = configurations.listConfigurations("(service.pid=" + OURS + "*)");
        if (present != null) {
            for (Configuration configuration : present) {
                check(configuration);
            }
        }
    }

    @Override
    public void configurationEvent(ConfigurationEvent event) {
        if (event.getType() != ConfigurationEvent.CM_UPDATED || !event.getPid().startsWith(OURS)) {
            return;
        }
        try {
            check(configurations.getConfiguration(event.getPid(), null));
        } catch (IOException | IllegalStateException unreadable) {
            LOG.warn("Configuration {} cannot be checked", event.getPid(), unreadable);
        }
    }

    private void check(Configuration configuration) {
        var properties = configuration.getProperties();
        if (properties == null) {
            return;
        }
        Object file = properties.get(FILE);
        String pid = configuration.getPid();
        if (rules.isAbsentCapability(pid)) {
            LOG.warn("{} configures a capability that was removed; it waits for its return", file == null ? pid : file);
            return;
        }
        String complaint = rules.complaint(pid, file == null ? pid : file.toString(), properties);
        if (!complaint.isEmpty()) {
            LOG.error("{}", complaint);
            startupFailure.accept(complaint);
        }
    }
}
