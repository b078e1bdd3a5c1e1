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

    /**
     * Optional attribute: {@code platform} marks a part of the platform, which is changed with the server only. Packages
     * with it are refused.
     */
    public static final String PART = "part";

    /** Value of {@link #PART}. */
    public static final String PLATFORM = "platform";

    /** Optional attribute: largest request body, in bytes; otherwise the limit of the gate holds. */
    public static final String BODY_BYTES_MAX = "bodyBytesMax";

    /**
     * Optional attribute that lists, separated by commas, what to {@code GET} of a new version before it serves: public
     * paths, each with or without a query. The version is warmed up there, as a caller of role {@code service} without a
     * user, so they must change nothing; one that answers with a 5xx is refused.
     */
    public static final String PROBE = "probe";

    private CapabilityHeader() {}
}
