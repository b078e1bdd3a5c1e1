package io.plinth.hotdeploy.internal;

import io.plinth.capability.Capabilities;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/**
 * The versions in all slots, in a component of their own: capabilities that ask for them must not wait for the extender,
 * which waits for the capabilities.
 */
@Component(service = {Capabilities.class, SlotVersions.class})
public final class SlotVersions implements Capabilities {
    private final List<SlotVersion> versions = new ArrayList<>();

    /** The live list, which is also the lock that guards it. */
    List<SlotVersion> list() {
        return versions;
    }

    @Override
    public List<CapabilityVersion> versions() {
        synchronized (versions) {
            return versions.stream()
                    .sorted(Comparator.comparing(SlotVersion::name).thenComparing(SlotVersion::version))
                    .map(SlotVersion::snapshot)
                    .toList();
        }
    }
}
