package io.plinth.hotdeploy.internal.services;

import static io.plinth.hotdeploy.internal.services.Sandbox.SLOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plinth.hotdeploy.internal.services.Sandbox.Version;
import io.plinth.problem.ProblemException;
import io.plinth.problem.ProblemType;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.ServiceRegistration;

/** Where calls through a proxy go, and how they are counted. */
@Timeout(60)
class ServiceCallsTest {
    private static final long WAIT_MILLIS = 30_000;
    private static final int CALLERS = 4;
    private static final int BUNDLE_SWAPS = 15;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private Sandbox sandbox;
    private ServiceExports exports;

    @BeforeEach
    void start(@TempDir Path storage) throws Exception {
        sandbox = new Sandbox(storage);
        exports = new ServiceExports(sandbox.platform, WAIT_MILLIS);
    }

    @AfterEach
    void stop() throws Exception {
        threads.shutdownNow();
        sandbox.stop();
    }

    private Version add(String number) throws Exception {
        Version version = sandbox.version(number);
        exports.add(SLOT, version.bundle());
        return version;
    }

    private Supplier<String> activeGreeter(Version version) {
        exports.activate(SLOT, version.bundle());
        return sandbox.greeter();
    }

    @Test
    void aCallInFlightIsCountedInTheVersionThatItRunsIn() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Version first = add("1.0.0");
        Version second = add("2.0.0");
        first.register(() -> {
            entered.countDown();
            awaitUnchecked(end);
            return "one";
        });
        second.register(() -> "two");
        Supplier<String> greeter = activeGreeter(first);
        Future<String> call = threads.submit(greeter::get);
        entered.await();

        exports.activate(SLOT, second.bundle());

        assertThat(greeter.get()).isEqualTo("two");
        assertThat(exports.inFlight(first.bundle())).isEqualTo(1);
        assertThat(exports.inFlight(second.bundle())).isZero();
        end.countDown();
        assertThat(call.get()).isEqualTo("one");
        assertThat(exports.inFlight(first.bundle())).isZero();
    }

    @Test
    void aFailedCallIsCountedOutAndFailsAsItDid() throws Exception {
        IllegalArgumentException failure = new IllegalArgumentException("no");
        Version first = add("1.0.0");
        first.register(() -> {
            throw failure;
        });
        Supplier<String> greeter = activeGreeter(first);

        assertThatThrownBy(greeter::get).isSameAs(failure);
        assertThat(exports.inFlight(first.bundle())).isZero();
    }

    @Test
    void theProxyIsAnObjectOfItsOwn() throws Exception {
        Version first = add("1.0.0");
        first.register(() -> "one");
        Supplier<String> greeter = activeGreeter(first);
        exports.deactivate(SLOT);

        assertThat(greeter).isEqualTo(greeter).isNotEqualTo("one").hasSameHashCodeAs(greeter);
        assertThat(greeter).hasToString(Sandbox.GREETER + " of capability " + SLOT);
    }

    @Test
    void aDefaultMethodRunsInTheVersion() throws Exception {
        Version first = add("1.0.0");
        first.register(() -> "one");
        Supplier<String> greeter = activeGreeter(first);

        Object polite =
                sandbox.api.loadClass(Sandbox.GREETER).getMethod("politely").invoke(greeter);

        assertThat(polite).isEqualTo("Dear reader, one");
    }

    /** Every version is started, activated, drained, stopped and uninstalled under load. */
    @Test
    void noCallFailsOverSwapsOfBundles() throws Exception {
        Traffic traffic = new Traffic();
        Version serving = add("1.0.0");
        AtomicBoolean servingStopped = new AtomicBoolean();
        serving.register(traffic.body(servingStopped));
        traffic.start(activeGreeter(serving));
        for (int swap = 1; swap <= BUNDLE_SWAPS; swap++) {
            Version next = add("1." + swap + ".0");
            AtomicBoolean nextStopped = new AtomicBoolean();
            next.register(traffic.body(nextStopped));
            exports.activate(SLOT, next.bundle());
            traffic.awaitMore();
            retire(serving, servingStopped);
            serving = next;
            servingStopped = nextStopped;
        }
        traffic.assertNothingFailed();
    }

    private void retire(Version version, AtomicBoolean stopped) throws Exception {
        await(() -> exports.inFlight(version.bundle()) == 0);
        stopped.set(true);
        version.bundle().stop();
        exports.remove(SLOT, version.bundle());
        version.bundle().uninstall();
    }

    @Test
    void aCallWaitsForAVersion() throws Exception {
        Version first = add("1.0.0");
        Version second = add("2.0.0");
        first.register(() -> "one");
        second.register(() -> "two");
        Supplier<String> greeter = activeGreeter(first);
        exports.deactivate(SLOT);
        CompletableFuture<String> answer = new CompletableFuture<>();
        waiting(() -> answer.complete(greeter.get()));
        assertThat(answer).isNotDone();

        exports.activate(SLOT, second.bundle());

        assertThat(answer.get()).isEqualTo("two");
    }

    @Test
    void aCallWaitsForAComponentThatRestarts() throws Exception {
        Version first = add("1.0.0");
        ServiceRegistration<?> raw = first.register(() -> "before");
        Supplier<String> greeter = activeGreeter(first);
        raw.unregister();
        CompletableFuture<String> answer = new CompletableFuture<>();
        waiting(() -> answer.complete(greeter.get()));
        assertThat(exports.inFlight(first.bundle())).isZero();
        assertThat(sandbox.greeter()).isSameAs(greeter);

        first.register(() -> "after");

        assertThat(answer.get()).isEqualTo("after");
    }

    @Test
    void aCallThatWaitsTooLongIsRefused() throws Exception {
        exports.close();
        exports = new ServiceExports(sandbox.platform, 20);
        Version first = add("1.0.0");
        first.register(() -> "one");
        Supplier<String> greeter = activeGreeter(first);
        exports.deactivate(SLOT);

        assertThatThrownBy(greeter::get)
                .isInstanceOfSatisfying(ProblemException.class, problem -> assertThat(problem.type())
                        .isEqualTo(ProblemType.UNAVAILABLE));
    }

    @Test
    void aWaitingCallIsInterrupted() throws Exception {
        Version first = add("1.0.0");
        first.register(() -> "one");
        Supplier<String> greeter = activeGreeter(first);
        exports.deactivate(SLOT);
        CompletableFuture<String> end = new CompletableFuture<>();
        Thread thread = waiting(() -> {
            try {
                end.complete(greeter.get());
            } catch (ProblemException problem) {
                end.complete(problem.type() + " " + Thread.currentThread().isInterrupted());
            }
        });

        thread.interrupt();

        assertThat(end.get()).isEqualTo(ProblemType.UNAVAILABLE + " true");
    }

    @Test
    void aWaitingCallIsRefusedWhenTheCapabilityIsForgotten() throws Exception {
        Version first = add("1.0.0");
        first.register(() -> "one");
        Supplier<String> greeter = activeGreeter(first);
        exports.deactivate(SLOT);
        CompletableFuture<String> end = new CompletableFuture<>();
        waiting(() -> {
            try {
                end.complete(greeter.get());
            } catch (ProblemException problem) {
                end.completeExceptionally(problem);
            }
        });

        exports.forget(SLOT);

        assertThatThrownBy(end::get).hasCauseInstanceOf(ProblemException.class);
    }

    @Test
    void nothingHoldsARemovedVersion() throws Exception {
        ReferenceQueue<ClassLoader> collected = new ReferenceQueue<>();
        Version first = add("1.0.0");
        first.register(() -> "one");
        Supplier<String> greeter = activeGreeter(first);
        assertThat(greeter.get()).isEqualTo("one");
        WeakReference<ClassLoader> loader = new WeakReference<>(
                first.bundle()
                        .loadClass("io.plinth.hotdeploy.internal.services.sample.provider.SampleGreeter")
                        .getClassLoader(),
                collected);
        Version second = add("2.0.0");
        second.register(() -> "two");
        exports.activate(SLOT, second.bundle());
        retire(first, new AtomicBoolean());
        first = null;

        for (int i = 0; i < 50 && loader.get() != null; i++) {
            System.gc();
            collected.remove(100);
        }

        assertThat(loader.get()).as("class loader of the removed version").isNull();
        assertThat(greeter.get()).isEqualTo("two");
    }

    /** Starts a thread and returns once it waits. */
    private Thread waiting(Runnable call) {
        CompletableFuture<Thread> started = new CompletableFuture<>();
        threads.execute(() -> {
            started.complete(Thread.currentThread());
            call.run();
        });
        Thread thread = started.join();
        await(() -> thread.getState() == Thread.State.TIMED_WAITING);
        return thread;
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static void awaitUnchecked(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Callers that call without a pause, and what they met. */
    private final class Traffic {
        private final AtomicBoolean ended = new AtomicBoolean();
        private final AtomicInteger calls = new AtomicInteger();
        private final AtomicInteger inStoppedVersion = new AtomicInteger();
        private final List<Future<?>> callers = new ArrayList<>();

        Supplier<String> body(AtomicBoolean stopped) {
            return () -> {
                for (int i = 0; i < 20; i++) {
                    if (stopped.get()) {
                        inStoppedVersion.incrementAndGet();
                    }
                    Thread.onSpinWait();
                }
                return "fine";
            };
        }

        void start(Supplier<String> greeter) {
            for (int i = 0; i < CALLERS; i++) {
                callers.add(threads.submit(() -> {
                    while (!ended.get()) {
                        assertThat(greeter.get()).isEqualTo("fine");
                        calls.incrementAndGet();
                    }
                }));
            }
        }

        void awaitMore() {
            int enough = calls.get() + 50;
            await(() -> calls.get() >= enough);
        }

        void assertNothingFailed() throws Exception {
            awaitMore();
            ended.set(true);
            for (Future<?> caller : callers) {
                caller.get();
            }
            assertThat(inStoppedVersion).hasValue(0);
        }
    }
}
