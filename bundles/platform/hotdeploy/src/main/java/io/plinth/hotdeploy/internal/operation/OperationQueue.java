package io.plinth.hotdeploy.internal.operation;

import io.plinth.capability.CapabilityOperations.OperationState;
import io.plinth.problem.ProblemException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the operations: each on a thread of its own that ends with it, since libraries leave things behind on threads; those
 * on one capability one after the other, in the order in which they were asked for. How many there may be is bounded, and apart for packages that come in and for ways
 * back: who wants to go back is in a hurry, and must not be refused because many upload.
 */
final class OperationQueue {
    static final int UPLOADS_MAX = 16;
    static final int WAYS_BACK_MAX = 16;
    private static final Logger LOG = LoggerFactory.getLogger(OperationQueue.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

    private final Semaphore uploads = new Semaphore(UPLOADS_MAX);
    private final Semaphore waysBack = new Semaphore(WAYS_BACK_MAX);
    private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();
    private final Map<String, Change> running = new ConcurrentHashMap<>();
    private final Map<String, Queue<Change>> asked = new ConcurrentHashMap<>();

    /** Ended when the last operation that was asked for on a capability has ended. */
    private final Map<String, CountDownLatch> ends = new ConcurrentHashMap<>();

    /** The right to have one operation; it is given back when the operation has ended, or by {@link #close} before it began. */
    static final class Permit implements AutoCloseable {
        private final Semaphore of;
        private final AtomicBoolean isHeld = new AtomicBoolean(true);

        private Permit(Semaphore of) {
            this.of = of;
        }

        /** Passes it on; the one that is closed gives nothing back from then on. */
        private Permit passOn() {
            isHeld.set(false);
            return new Permit(of);
        }

        @Override
        public void close() {
            if (isHeld.getAndSet(false)) {
                of.release();
            }
        }
    }

    /**
     * For a package: taken before its first byte is read.
     *
     * @throws ProblemException with 503, when too many are on their way
     */
    Permit upload() {
        return permit(uploads, UPLOADS_MAX + " packages are looked at or installed already; nothing was done.");
    }

    /**
     * For a rollback or a removal.
     *
     * @throws ProblemException with 503, when too many run or wait
     */
    Permit wayBack() {
        return permit(waysBack, WAYS_BACK_MAX + " rollbacks and removals run or wait already; nothing was done.");
    }

    private static Permit permit(Semaphore of, String refusal) {
        if (!of.tryAcquire()) {
            throw ProblemException.unavailable(refusal, RETRY_AFTER, null);
        }
        return new Permit(of);
    }

    /** Lets a change run when its turn comes. */
    void begin(String name, Change change, Permit permit) {
        Permit own = permit.passOn();
        asked.computeIfAbsent(name, slot -> new ConcurrentLinkedQueue<>()).add(change);
        CountDownLatch end = new CountDownLatch(1);
        // The order of turns is decided here: threads may begin in another one.
        CountDownLatch turn = ends.put(name, end);
        Thread thread = new Thread(() -> run(name, change, own, turn, end), "plinth-operation-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Held while something changes a capability. */
    ReentrantLock lock(String name) {
        return locks.computeIfAbsent(name, slot -> new ReentrantLock(true));
    }

    private void run(String name, Change change, Permit permit, @Nullable CountDownLatch turn, CountDownLatch end) {
        // Its own, and not that of the request that asked.
        Thread.currentThread().setContextClassLoader(OperationQueue.class.getClassLoader());
        try {
            if (turn != null) {
                turn.await();
            }
            runAlone(name, change, permit);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            asked.getOrDefault(name, new ConcurrentLinkedQueue<>()).remove(change);
            permit.close();
            end.countDown();
        }
    }

    private void runAlone(String name, Change change, Permit permit) throws InterruptedException {
        ReentrantLock lock = lock(name);
        lock.lock();
        try (permit) {
            running.put(name, change);
            change.run();
        } catch (RuntimeException | Error failed) {
            LOG.error("An operation on {} ended unexpectedly", name, failed);
            change.operation()
                    .end(OperationState.ROLLED_BACK, "An unexpected failure: " + failed, List.of("The log says more."));
        } finally {
            running.remove(name);
            lock.unlock();
        }
    }

    /** What runs on a capability. */
    Optional<Change> running(String name) {
        return Optional.ofNullable(running.get(name));
    }

    /** What runs on any. */
    Collection<Change> running() {
        return List.copyOf(running.values());
    }

    /** What runs and what waits on a capability gives way. */
    void overrule(String name) {
        asked.getOrDefault(name, new ConcurrentLinkedQueue<>()).forEach(Change::overrule);
    }
}
