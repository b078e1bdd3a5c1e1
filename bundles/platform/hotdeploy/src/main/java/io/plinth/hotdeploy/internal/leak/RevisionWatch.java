package io.plinth.hotdeploy.internal.leak;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sees to it that the class loaders of retired bundles are collected, and says what holds one that is not. Neither this
 * class nor a {@link WatchedRevision} holds a class loader.
 */
public final class RevisionWatch {
    private final LeakLimits limits;
    private final ForcedCollection collection;
    private final HeapWalk walk;
    private final Set<WatchedRevision> watched = ConcurrentHashMap.newKeySet();

    public RevisionWatch(LeakLimits limits) {
        this(
                limits,
                System::gc,
                new HeapWalk(Path.of(System.getProperty("java.io.tmpdir")), HeapWalk.roomNeededBytes(), limits));
    }

    RevisionWatch(LeakLimits limits, Runnable collector, HeapWalk walk) {
        this.limits = limits;
        this.collection = new ForcedCollection(collector, limits.collectionInterval());
        this.walk = walk;
    }

    /**
     * Begins to watch. The caller has to let go of the loader, of its classes, and of the {@code Bundle}, which leads to
     * it.
     *
     * @param label of whom, for people: {@code users 1.0.0}
     */
    public WatchedRevision watch(String label, ClassLoader loader) {
        watched.removeIf(WatchedRevision::isCollected);
        WatchedRevision revision = new WatchedRevision(label, loader);
        watched.add(revision);
        return revision;
    }

    /**
     * Collects garbage until the loader is gone or the limit is reached, then looks for what holds it. May take minutes:
     * it is called on a thread that nobody waits for.
     */
    public Verdict check(WatchedRevision revision) throws InterruptedException {
        for (int forced = 0; forced < limits.collectionsMax() && !revision.isCollected(); forced++) {
            collection.collect();
        }
        Verdict verdict = revision.isCollected() ? Verdict.COLLECTED : walk.search(revision);
        if (verdict.isCollected()) {
            watched.remove(revision);
        } else {
            revision.leaked();
        }
        return verdict;
    }

    /** Revisions that are watched and still there. */
    public long aliveCount() {
        return watched.stream().filter(revision -> !revision.isCollected()).count();
    }

    /** Revisions that a check found held, and that are still there: for the gauge. */
    public long leakedCount() {
        return watched.stream().filter(WatchedRevision::isLeaked).count();
    }
}
