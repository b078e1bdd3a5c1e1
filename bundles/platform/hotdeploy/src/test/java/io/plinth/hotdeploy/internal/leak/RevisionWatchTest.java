package io.plinth.hotdeploy.internal.leak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class RevisionWatchTest {
    private static final LeakLimits LIMITS =
            new LeakLimits(3, Duration.ofMillis(10), Duration.ofSeconds(60), Duration.ZERO);
    private static final Map<String, List<Object>> LISTENERS = new HashMap<>();
    private static Object soft = "";

    @TempDir
    Path folder;

    private RevisionWatch watch;

    @BeforeEach
    void open() {
        watch = watch(LIMITS, 0);
    }

    @AfterEach
    void letGo() {
        LISTENERS.clear();
        soft = "";
    }

    private RevisionWatch watch(LeakLimits limits, long roomNeededBytes) {
        return new RevisionWatch(limits, System::gc, new HeapWalk(folder, roomNeededBytes, limits));
    }

    // Each loader is made in a method of its own, so that no frame of the test holds it.
    private WatchedRevision letGoOf() {
        OwnLoader loader = new OwnLoader();
        loader.payload();
        return watch.watch("users 1.0.0", loader);
    }

    private WatchedRevision holdByStatic() {
        OwnLoader loader = new OwnLoader();
        LISTENERS.put("users", new ArrayList<>(List.of(loader.payload())));
        return watch.watch("users 1.0.0", loader);
    }

    private WatchedRevision holdBySoftReference() {
        OwnLoader loader = new OwnLoader();
        soft = new SoftReference<>(loader);
        return watch.watch("users 1.0.0", loader);
    }

    private WatchedRevision holdByThread(List<Thread> threads) {
        OwnLoader loader = new OwnLoader();
        Thread thread = new Thread(loader.payload(), "leaky");
        thread.start();
        threads.add(thread);
        return watch.watch("users 1.0.0", loader);
    }

    private WatchedRevision holdByThreadLocal(ExecutorService pool) throws Exception {
        OwnLoader loader = new OwnLoader();
        Runnable payload = loader.payload();
        pool.submit(() -> new ThreadLocal<Runnable>().set(payload)).get(10, TimeUnit.SECONDS);
        return watch.watch("users 1.0.0", loader);
    }

    private WatchedRevision holdByContextClassLoader(ExecutorService pool) throws Exception {
        OwnLoader loader = new OwnLoader();
        pool.submit(() -> Thread.currentThread().setContextClassLoader(loader)).get(10, TimeUnit.SECONDS);
        return watch.watch("users 1.0.0", loader);
    }

    @Test
    void loaderThatIsLetGoIsCollected() throws Exception {
        WatchedRevision revision = letGoOf();
        assertThat(watch.aliveCount()).isEqualTo(1);
        Verdict verdict = watch.check(revision);
        assertThat(verdict.isCollected()).isTrue();
        assertThat(verdict.toString()).isEmpty();
        assertThat(watch.aliveCount()).isZero();
        assertThat(watch.leakedCount()).isZero();
    }

    @Test
    void staticFieldIsNamed() throws Exception {
        WatchedRevision revision = holdByStatic();
        assertThat(watch.leakedCount()).isZero();
        Verdict verdict = watch.check(revision);
        assertThat(verdict.isCollected()).isFalse();
        assertThat(verdict.line())
                .isEqualTo("held by the static field " + RevisionWatchTest.class.getName() + ".LISTENERS");
        assertThat(verdict.path())
                .endsWith(
                        RevisionWatchTest.class.getName() + ".LISTENERS (static field)",
                        "java.util.HashMap.table",
                        "an instance of " + OwnLoader.Payload.class.getName(),
                        "class loader of users 1.0.0");
        assertThat(watch.leakedCount()).isEqualTo(1);
    }

    @Test
    void leakThatEndsIsNoLongerCounted() throws Exception {
        WatchedRevision revision = holdByStatic();
        watch.check(revision);
        LISTENERS.clear();
        assertThat(watch.check(revision).isCollected()).isTrue();
        assertThat(watch.leakedCount()).isZero();
    }

    @Test
    void threadIsNamed() throws Exception {
        List<Thread> threads = new ArrayList<>();
        try {
            Verdict verdict = watch.check(holdByThread(threads));
            assertThat(verdict.line())
                    .startsWith("held by the thread \"leaky\", in " + OwnLoader.Payload.class.getName() + ".run(");
            assertThat(verdict.path()).endsWith("class loader of users 1.0.0");
        } finally {
            for (Thread thread : threads) {
                thread.interrupt();
                thread.join();
            }
        }
    }

    @Test
    void threadLocalOfAPoolThreadIsNamed() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor(task -> new Thread(task, "pool-thread"));
        try {
            Verdict verdict = watch.check(holdByThreadLocal(pool));
            assertThat(verdict.line())
                    .isEqualTo("held by a ThreadLocal of the thread \"pool-thread\", its value is a "
                            + OwnLoader.Payload.class.getName());
            assertThat(verdict.path())
                    .containsExactly(
                            "thread \"pool-thread\", threadLocals",
                            "ThreadLocal",
                            "an instance of " + OwnLoader.Payload.class.getName(),
                            "class loader of users 1.0.0");
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void contextClassLoaderIsNamed() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor(task -> new Thread(task, "pool-thread"));
        try {
            Verdict verdict = watch.check(holdByContextClassLoader(pool));
            assertThat(verdict.line()).isEqualTo("held by the context class loader of the thread \"pool-thread\"");
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void softReferenceIsNoPath() throws Exception {
        Verdict verdict = watch.check(holdBySoftReference());
        assertThat(soft).isNotNull();
        assertThat(verdict.isCollected()).isFalse();
        assertThat(verdict.line()).contains("soft references");
    }

    @Test
    void collectionOfTheDumpCounts() throws Exception {
        RevisionWatch without = new RevisionWatch(LIMITS, () -> {}, new HeapWalk(folder, 0, LIMITS));
        watch = without;
        assertThat(without.check(letGoOf()).isCollected()).isTrue();
    }

    @Test
    void dumpIsReadableByItsOwnerAloneAndDeleted() throws Exception {
        try (HeapDump dump = HeapDump.take(folder)) {
            assertThat(Files.size(dump.file())).isPositive();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(dump.file())))
                    .isEqualTo("rw-------");
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(dump.file().getParent())))
                    .isEqualTo("rwx------");
        }
        assertThat(folder).isEmptyDirectory();
        watch.check(holdByStatic());
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void leftoversOfAKilledServerAreDeleted() throws IOException {
        Path left = Files.createDirectories(folder.resolve("plinth-heap-1/heap.hprof_0.nbcache"));
        Files.writeString(left.resolve("x"), "personal data");
        Path foreign = Files.createFile(folder.resolve("other"));
        watch(LIMITS, 0);
        try (Stream<Path> children = Files.list(folder)) {
            assertThat(children).containsExactly(foreign);
        }
    }

    @Test
    void tooLittleRoomIsSaid() throws Exception {
        watch = watch(LIMITS, Long.MAX_VALUE);
        Verdict verdict = watch.check(holdByStatic());
        assertThat(verdict.isCollected()).isFalse();
        assertThat(verdict.line()).contains("a heap dump needs").contains("MB of disk");
        assertThat(watch.leakedCount()).isEqualTo(1);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void heapIsWalkedAtMostOnceAnInterval() throws Exception {
        watch = watch(new LeakLimits(1, Duration.ZERO, Duration.ofSeconds(60), Duration.ofHours(1)), 0);
        WatchedRevision revision = holdByStatic();
        assertThat(watch.check(revision).line()).contains("LISTENERS");
        assertThat(watch.check(revision).line()).contains("at most once in 3600 s");
    }

    @Test
    void slowWalkIsGivenUpAndItsDataDeleted() throws Exception {
        watch = watch(new LeakLimits(1, Duration.ZERO, Duration.ZERO, Duration.ZERO), 0);
        WatchedRevision revision = holdByStatic();
        assertThat(watch.check(revision).line()).contains("took longer than 0 s");
        awaitWalkers();
        assertThat(folder).isEmptyDirectory();
        assertThat(watch.check(revision).line()).doesNotContain("another revision");
        awaitWalkers();
    }

    private static void awaitWalkers() throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("plinth-heap-walk")) {
                thread.join();
            }
        }
    }

    @Test
    void collectionsAreSpacedAndShared() throws Exception {
        Duration interval = Duration.ofMillis(100);
        List<Long> begun = new ArrayList<>();
        ForcedCollection collection = new ForcedCollection(() -> begun.add(System.nanoTime()), interval);
        ExecutorService callers = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int caller = 0; caller < 8; caller++) {
                all.add(callers.submit(() -> {
                    collection.collect();
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get(30, TimeUnit.SECONDS);
            }
        } finally {
            callers.shutdownNow();
        }
        collection.collect();
        assertThat(begun).hasSizeBetween(2, 8);
        for (int index = 1; index < begun.size(); index++) {
            assertThat(begun.get(index) - begun.get(index - 1)).isGreaterThanOrEqualTo(interval.toNanos());
        }
    }
}
