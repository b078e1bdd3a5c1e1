package io.plinth.gateway;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/** Maps public paths to the active version of a slot. Lock-free on the way of a request. */
@ProviderType
public interface RequestRouter {
    /**
     * Takes a request in: the active version is counted up and must be given back with {@link Lease#close}.
     *
     * @param decodedPath path of the request, decoded and without parameters
     * @return {@code null} when no slot has this path, or when it has no active version
     */
    @Nullable
    Lease acquire(String decodedPath);

    /** Whether the path belongs to a slot that is known but has no active version at this moment. */
    boolean isKnown(String decodedPath);

    /**
     * Makes a version known, without traffic.
     *
     * @param slot name of the capability
     * @param version of it
     * @param base internal base path, such as {@code /slots/users/1.1.0}
     * @param paths public paths of the slot
     */
    Target add(String slot, String version, String base, Set<String> paths);

    /** One held request. */
    interface Lease extends AutoCloseable {
        /** Internal base path that is put before the public path. */
        String base();

        String slot();

        String version();

        /** Counts the request out; further calls do nothing. */
        @Override
        void close();
    }

    /** A version that can be given the traffic. */
    interface Target {
        /** Sends every new request here, at one stroke; the version that had them until now goes on with those it has. */
        void activate();

        /** Takes no new requests. The slot stays known while any version of it is. */
        void deactivate();

        boolean isActive();

        /** Requests in flight. */
        int inFlight();

        /** Deactivates it and forgets it. */
        void remove();
    }
}
