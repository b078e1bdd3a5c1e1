package io.plinth.hotdeploy.internal.operation;

import io.plinth.hotdeploy.internal.leak.RevisionWatch;
import io.plinth.hotdeploy.internal.leak.Verdict;
import io.plinth.hotdeploy.internal.leak.WatchedRevision;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes stopped bundles out of the framework, and checks a while later whether their classes are gone. */
final class OldRevisions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OldRevisions.class);

    private final SlotBundles bundles;
    private final RevisionWatch watch;
    private final long checkDelayMillis;
    private final ScheduledExecutorService checks = Executors.newSingleThreadScheduledExecutor(OldRevisions::daemon);

    OldRevisions(SlotBundles bundles, RevisionWatch watch, long checkDelayMillis) {
        this.bundles = bundles;
        this.watch = watch;
        this.checkDelayMillis = checkDelayMillis;
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "plinth-leak-check");
        thread.setDaemon(true);
        return thread;
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
        // An API bundle goes only when nobody but its own provider needs it.
        going.removeIf(bundle -> !force && !stopped.containsAll(bundles.dependents(List.of(bundle))));
        List<WatchedRevision> revisions = new ArrayList<>();
        for (Bundle bundle : going) {
            BundleWiring wiring = bundle.adapt(BundleWiring.class);
            if (wiring != null && wiring.getClassLoader() != null) {
                revisions.add(watch.watch(label, wiring.getClassLoader()));
            }
        }
        bundles.uninstall(going, force);
        if (!revisions.isEmpty()) {
            // Most are collected by themselves until then; a forced collection stops the world.
            checks.schedule(() -> check(revisions, found), checkDelayMillis, TimeUnit.MILLISECONDS);
        }
    }

    private void check(List<WatchedRevision> revisions, Consumer<String> found) {
        try {
            for (WatchedRevision revision : revisions) {
                Verdict verdict = watch.check(revision);
                if (!verdict.isCollected()) {
                    LOG.warn("The classes of {} are still in memory: {}", revision.label(), verdict);
                    found.accept(verdict.toString());
                    return;
                }
            }
            found.accept("none: its classes are gone");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failed) {
            LOG.warn("The leak check failed", failed);
            found.accept("the check failed: " + failed);
        }
    }

    @Override
    public void close() {
        checks.shutdownNow();
    }
}
