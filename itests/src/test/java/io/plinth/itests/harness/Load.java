package io.plinth.itests.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Requests without pause on several threads; each kind is answered with one expected status, all else is a failure. */
public final class Load implements AutoCloseable {
    private static final int FAILURES_MAX = 1_000;

    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong slowestNanos = new AtomicLong();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean stopped;

    /** Adds a thread that sends this kind of request. */
    public Load with(int expectedStatus, Supplier<Call> request) {
        Thread thread = new Thread(() -> run(expectedStatus, request), "load " + threads.size());
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
        return this;
    }

    /** Waits until so many more requests were answered, or so many have failed that the load ended by itself. */
    public void awaitMore(int count) {
        long target = answered.get() + count;
        Eventually.within(Duration.ofSeconds(60), () -> {
            if (failures.size() < FAILURES_MAX) {
                assertThat(answered.get()).isGreaterThanOrEqualTo(target);
            }
        });
    }

    public long answered() {
        return answered.get();
    }

    public Duration slowest() {
        return Duration.ofNanos(slowestNanos.get());
    }

    /** What went wrong, at most the first thousand. */
    public List<String> failures() {
        return List.copyOf(failures);
    }

    public void stop() {
        stopped = true;
        for (Thread thread : threads) {
            try {
                thread.join(Duration.ofSeconds(40).toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }
    }

    @Override
    public void close() {
        stopped = true;
    }

    private void run(int expectedStatus, Supplier<Call> request) {
        while (!stopped && failures.size() < FAILURES_MAX) {
            long start = System.nanoTime();
            try {
                Reply reply = request.get().send();
                if (reply.status() != expectedStatus) {
                    failures.add(reply.toString());
                }
            } catch (UncheckedIOException broken) {
                failures.add(String.valueOf(broken.getMessage()));
            }
            long took = System.nanoTime() - start;
            slowestNanos.accumulateAndGet(took, Math::max);
            answered.incrementAndGet();
        }
    }
}
