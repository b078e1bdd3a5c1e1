package io.plinth.monitoring.internal.health;

import io.plinth.capability.Capabilities;
import io.plinth.capability.Capabilities.CapabilityVersion;
import io.plinth.capability.Capabilities.State;
import io.plinth.health.Health;
import io.plinth.health.HealthCheck;
import io.plinth.monitoring.internal.MonitoringConfig;
import io.plinth.monitoring.internal.NameList;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Whether each capability that is known or expected has a version that serves. */
@Component(configurationPid = MonitoringConfig.PID)
public final class CapabilitiesCheck implements HealthCheck {
    private static final String ISSUER = "issuer";

    private final Set<String> expected;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Capabilities capabilities;

    @Activate
    public CapabilitiesCheck(BundleContext context, MonitoringConfig config) {
        this(NameList.parse(config.expected_capabilities()), context.getProperty("plinth.issuer") != null);
    }

    CapabilitiesCheck(Set<String> expected, boolean isIssuerExternal) {
        Set<String> names = new TreeSet<>(expected);
        if (isIssuerExternal) {
            names.remove(ISSUER);
        }
        this.expected = Set.copyOf(names);
    }

    void setCapabilities(@Nullable Capabilities current) {
        capabilities = current;
    }

    @Override
    public String name() {
        return "capabilities";
    }

    @Override
    public Health check() {
        Capabilities current = capabilities;
        if (current == null) {
            return Health.down("nothing publishes capabilities yet: the bundle io.plinth.hotdeploy has not started");
        }
        Map<String, String> missing = new TreeMap<>();
        expected.forEach(name -> missing.put(name, "is not installed"));
        Set<String> active = new TreeSet<>();
        for (CapabilityVersion version : current.versions()) {
            if (version.state() == State.ACTIVE) {
                active.add(version.name());
            } else {
                missing.put(version.name(), version.version() + " is " + version.state() + describe(version.reason()));
            }
        }
        missing.keySet().removeAll(active);
        if (missing.isEmpty()) {
            return Health.UP;
        }
        StringBuilder reason = new StringBuilder();
        missing.forEach((name, why) -> reason.append(reason.length() == 0 ? "" : "; ")
                .append(name)
                .append(' ')
                .append(why));
        return Health.down(reason.toString());
    }

    private static String describe(String reason) {
        return reason.isEmpty() ? "" : " (" + reason + ")";
    }
}
