package io.plinth.hotdeploy.internal.operation;

import io.plinth.hotdeploy.internal.leak.RevisionWatch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/** Takes stopped bundles out of the framework and watches whether their classes go. */
final class OldRevisions {
    private final SlotBundles bundles;
    private final RevisionWatch watch;

    OldRevisions(SlotBundles bundles, RevisionWatch watch) {
        this.bundles = bundles;
        this.watch = watch;
    }

    /**
     * Uninstalls the bundles, except those that others are wired to.
     *
     * @param force takes those too, and refreshes the others
     * @param found is told what the leak check found, once, later, on another thread
     */
    void retire(String label, List<Bundle> stopped, boolean force, Consumer<String> found) throws InterruptedException {
        List<Bundle> going = new ArrayList<>(stopped);
        going.removeIf(bundle -> bundle.getState() == Bundle.UNINSTALLED);
        // Last: an API bundle goes only when its provider does, and nobody else needs it.
        going.removeIf(bundle -> !force && !stopped.containsAll(bundles.dependents(List.of(bundle))));
        for (Bundle bundle : going) {
            BundleWiring wiring = bundle.adapt(BundleWiring.class);
            if (wiring != null && wiring.getClassLoader() != null) {
                watch.watch(label, wiring.getClassLoader(), found);
            }
        }
        bundles.uninstall(going, force);
    }
}
