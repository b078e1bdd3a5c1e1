package io.plinth.hotdeploy.internal.leak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Dumps the heap and looks in it for what holds a class loader: one walk at a time, on a thread of its own. */
final class HeapWalk {
    private static final Logger LOG = LoggerFactory.getLogger(HeapWalk.class);
    /** For the dump, and as much again for the tables that the walk keeps beside it. */
    private static final int ROOM_FACTOR = 2;

    private static final long ROOM_MARGIN_BYTES = 64L << 20;

    private final Path folder;
    private final long roomNeededBytes;
    private final LeakLimits limits;
    private final Semaphore walking = new Semaphore(1);
    private @Nullable Long lastNanos;

    HeapWalk(Path folder, long roomNeededBytes, LeakLimits limits) {
        this.folder = folder;
        this.roomNeededBytes = roomNeededBytes;
        this.limits = limits;
        HeapDump.deleteLeftovers(folder);
    }

    static long roomNeededBytes() {
        return Runtime.getRuntime().maxMemory() * ROOM_FACTOR + ROOM_MARGIN_BYTES;
    }

    Verdict search(WatchedRevision revision) throws InterruptedException {
        if (!walking.tryAcquire()) {
            return Verdict.held("held by something unknown: the heap is being walked for another revision");
        }
        boolean started = false;
        try {
            String obstacle = obstacle();
            if (!obstacle.isEmpty()) {
                return Verdict.held("held by something unknown: " + obstacle);
            }
            lastNanos = System.nanoTime();
            AtomicReference<@Nullable HeapDump> dump = new AtomicReference<>();
            FutureTask<Verdict> walk = new FutureTask<>(() -> walk(revision, dump));
            start(walk);
            started = true;
            return await(walk, dump);
        } finally {
            if (!started) {
                walking.release();
            }
        }
    }

    private String obstacle() {
        Long last = lastNanos;
        if (last != null) {
            long sinceNanos = System.nanoTime() - last;
            if (sinceNanos < limits.walkInterval().toNanos()) {
                return "the heap was walked %d s ago, and is walked at most once in %d s"
                        .formatted(
                                TimeUnit.NANOSECONDS.toSeconds(sinceNanos),
                                limits.walkInterval().toSeconds());
            }
        }
        try {
            long room = Files.getFileStore(folder).getUsableSpace();
            return room >= roomNeededBytes
                    ? ""
                    : "a heap dump needs %d MB of disk, %s has %d MB"
                            .formatted(roomNeededBytes >> 20, folder, room >> 20);
        } catch (IOException e) {
            return folder + " cannot be used: " + e.getMessage();
        }
    }

    private static void start(FutureTask<Verdict> walk) {
        Thread thread = new Thread(walk, "plinth-heap-walk");
        thread.setDaemon(true);
        thread.setPriority(Thread.MIN_PRIORITY);
        thread.start();
    }

    private Verdict await(FutureTask<Verdict> walk, AtomicReference<@Nullable HeapDump> dump)
            throws InterruptedException {
        try {
            return walk.get(limits.walkTimeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException slow) {
            HeapDump taken = dump.get();
            if (taken != null) {
                // The data must go now; the walk ends on the missing files, or soon by itself.
                taken.close();
            }
            return Verdict.held("held by something unknown: the heap walk took longer than "
                    + limits.walkTimeout().toSeconds() + " s");
        } catch (ExecutionException failed) {
            LOG.warn("A heap walk failed", failed.getCause());
            return Verdict.held("held by something unknown: the heap walk failed: " + failed.getCause());
        }
    }

    private Verdict walk(WatchedRevision revision, AtomicReference<@Nullable HeapDump> shared) throws IOException {
        try (HeapDump dump = HeapDump.take(folder)) {
            shared.set(dump);
            long start = System.nanoTime();
            Verdict verdict = RootPath.find(dump.file(), revision);
            LOG.info("Walked a heap dump in {} ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
            return verdict;
        } finally {
            walking.release();
        }
    }
}
