package io.plinth.gateway;

import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/** Maps public paths to the version of a slot that serves them. Lock-free on the way of a request. */
@ProviderType
public interface RequestRouter {
    /**
     * Takes a request in: the version that serves it is counted up and must be given back with {@link Lease#completed}.
     *
     * @param decodedPath path of the request, decoded and without parameters
     * @param caller asked only while a slot divides its traffic: who calls, as text that stays the same for a caller
     * @return {@code null} when no slot has this path, or when it has no active version
     */
    @Nullable
    Lease acquire(String decodedPath, Supplier<String> caller);

    /** Whether the path belongs to a slot; it may have no active version at this moment. */
    boolean isKnown(String decodedPath);

    /**
     * Lets a request wait for its slot to have an active version.
     *
     * @param decodedPath path of the request
     * @param resume run once, on any thread, when the slot has a version or is forgotten
     * @return {@code null} when too many wait already, or the path belongs to no slot; the caller answers itself then
     */
    @Nullable
    Parked park(String decodedPath, Runnable resume);

    /**
     * Makes a version known, without traffic. Its paths stay known, also while no version is there, until
     * {@link #forget} or until the last version is removed with {@link Target#remove}.
     *
     * @throws IllegalArgumentException when a path belongs to another slot already
     */
    Target add(Registration registration);

    /** Keeps the paths of a slot known while it has no version; replaces what was kept for this slot before. */
    void keep(String slot, Set<String> paths);

    /**
     * Ends {@link #keep}: from now on the paths of the slot are unknown, and what waits for it is resumed. Versions that are
     * still there finish what they have.
     */
    void forget(String slot);

    /**
     * A version as the router needs it.
     *
     * @param slot name of the capability
     * @param version of it
     * @param base internal base path, such as {@code /slots/users/1.1.0}
     * @param paths public paths of the slot
     * @param bodyBytesMax largest request body, in bytes; 0 for the limit of the gate
     */
    record Registration(String slot, String version, String base, Set<String> paths, long bodyBytesMax) {
        public Registration {
            paths = Set.copyOf(paths);
        }
    }

    /** One held request. */
    interface Lease {
        /** Internal base path that is put before the public path. */
        String base();

        String slot();

        String version();

        /** Largest request body, in bytes; 0 for the limit of the gate. */
        long bodyBytesMax();

        /**
         * Offers a way to end this request early, used when its version drains and the answer is an endless stream.
         *
         * @param end completes the answer; does nothing unless it is a stream
         */
        void onDrain(Runnable end);

        /**
         * Counts the request out and into the statistics of its version; further calls do nothing.
         *
         * @param status HTTP status of the answer; 0 for one that was broken off
         * @param durationNanos from the first byte of the request, or from when it was resumed, to the last of the
         *     answer; negative for an endless stream, which is in no statistics
         */
        void completed(int status, long durationNanos);
    }

    /** A request that waits. */
    interface Parked {
        /** Stops waiting; {@code resume} is not run any more, unless it is running already. */
        void cancel();
    }

    /** A version that can be given the traffic. */
    interface Target {
        /** Sends every new request here, at one stroke; the version that had them until now goes on with those it has. */
        void activate();

        /**
         * Sends a share of the callers here, always the same ones; the rest stays with the active version. A call with 0
         * ends it, and so does {@link #activate} on any version of the slot.
         *
         * @param percent of callers, 0 to 100
         */
        void canary(int percent);

        /** Takes no new requests. */
        void deactivate();

        boolean isActive();

        /** Requests in flight. */
        int inFlight();

        /** Asks the requests in flight that are endless streams to end, so that their clients connect again. */
        void endStreams();

        /** What was answered since this version was added: a snapshot. */
        Statistics statistics();

        /** Deactivates it and takes it out of the slot. */
        void remove();
    }

    /**
     * Answers of a version, cumulative. Endless streams are not in it.
     *
     * @param requests answered
     * @param errors of these, answered with a status from 500 to 599 other than 503 of the gate itself
     * @param durations of them
     */
    record Statistics(long requests, long errors, Histogram durations) {
        /** What came after an earlier snapshot of the same version. */
        public Statistics since(Statistics earlier) {
            return new Statistics(
                    requests - earlier.requests, errors - earlier.errors, durations.since(earlier.durations));
        }
    }

    /** Counts of durations in buckets that grow by a constant factor. Immutable. */
    interface Histogram {
        Histogram since(Histogram earlier);

        /**
         * Upper bound of the bucket that holds the quantile.
         *
         * @param quantile from 0 to 1
         * @return nanoseconds; 0 without requests
         */
        long quantileNanos(double quantile);
    }
}
