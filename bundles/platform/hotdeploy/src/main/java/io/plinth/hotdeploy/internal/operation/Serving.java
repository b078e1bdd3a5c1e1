package io.plinth.hotdeploy.internal.operation;

import io.plinth.hotdeploy.internal.SlotVersion;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.Bundle;

/**
 * What serves a slot when an operation begins.
 *
 * @param version in the slot
 * @param bundles of its package, the provider last; the provider alone when it was not installed as a package
 */
record Serving(SlotVersion version, List<Bundle> bundles) {
    private static final long STOP_TIMEOUT_MILLIS = 5_000;

    Serving {
        bundles = List.copyOf(bundles);
    }

    static Optional<Serving> of(String slot, Surroundings around) {
        return around.versions()
                .active(slot)
                .map(version -> new Serving(version, around.bundles().with(version.bundle())));
    }

    /** Waits for what it has in flight, cuts off what is left, and stops its bundles. */
    String drainAndStop(Surroundings around) throws InterruptedException {
        long limit = around.config().drainTimeoutMillis();
        return stop(around, around.extender().awaitDrained(version, limit), limit);
    }

    /**
     * Stops its bundles; what is in flight is not waited for.
     *
     * @param left requests that are cut off by that
     * @param waitedMillis for them
     * @return what there is to say about it
     */
    String stop(Surroundings around, int left, long waitedMillis) throws InterruptedException {
        version.abandon();
        // An API bundle that others use goes on: the services that they hold are registered in its name.
        List<Bundle> own = bundles.stream()
                .filter(bundle -> bundles.containsAll(around.bundles().dependents(List.of(bundle))))
                .toList();
        around.bundles().stop(own, STOP_TIMEOUT_MILLIS);
        return left == 0 ? "" : left + " requests were cut off after " + waitedMillis + " ms";
    }
}
