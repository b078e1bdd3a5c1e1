package io.plinth.capability;

import java.util.List;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/** The slots of this server and the versions in them. */
@ProviderType
public interface Capabilities {
    /** A snapshot, ordered by name and version. */
    List<CapabilityVersion> versions();

    /**
     * One version of a capability.
     *
     * @param name slot
     * @param version bundle version
     * @param state where it stands
     * @param reason why it does not serve; empty when it does
     * @param bundleId of the provider bundle
     * @param resources JAX-RS resource classes, for the API description
     */
    record CapabilityVersion(
            String name, String version, State state, String reason, long bundleId, Set<Class<?>> resources) {
        public CapabilityVersion {
            resources = Set.copyOf(resources);
        }
    }

    /** States of a version. */
    enum State {
        /** Its bundle has started, its resources are not complete or do not answer yet. */
        STARTING,
        /** Ready beside the active version; takes no traffic. */
        STANDBY,
        /** Serves the slot's paths. */
        ACTIVE,
        /** Takes no new requests and waits for those in flight. */
        DRAINING
    }
}
