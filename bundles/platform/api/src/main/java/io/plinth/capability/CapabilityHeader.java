package io.plinth.capability;

/**
 * Manifest headers of a capability's provider bundle, for example
 *
 * <pre>Plinth-Capability: users;paths="/api/v1/users"</pre>
 *
 * The name is the slot; {@code paths} lists, separated by commas, the public paths that it serves, each with all below it.
 * The bundle's version is the capability's version.
 */
public final class CapabilityHeader {
    /** The header's name. */
    public static final String NAME = "Plinth-Capability";

    /** Attribute that lists the public paths. */
    public static final String PATHS = "paths";

    /** Optional attribute that lists, separated by commas, the queues of its events: they exist before the first one. */
    public static final String EVENTS = "events";

    /**
     * Optional attribute that names a framework property: while it is set, the bundle is no capability. An embedded default
     * steps back so for the external one that replaces it.
     */
    public static final String UNLESS = "unless";

    private CapabilityHeader() {}
}
