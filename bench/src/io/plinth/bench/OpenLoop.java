package io.plinth.bench;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends requests at a fixed rate, whether the server keeps up or not, and measures each from the moment when it should have
 * left, so that a pause of the server is not left out of the figures. All that is not answered as expected is a failure:
 * other statuses, broken connections, time-outs.
 */
final class OpenLoop implements AutoCloseable {
    /** More than these on their way at once, and what should be sent is a failure at once. */
    private static final int IN_FLIGHT_MAX = 4_000;

    private static final int FAILURE_KINDS_MAX = 50;
    private static final long LAST_SECONDS = 40;

    private final List<Kind> pattern;
    private final long pauseNanos;
    private final Samples samples;
    private final Semaphore inFlight = new Semaphore(IN_FLIGHT_MAX);
    private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile boolean stopped;

    /**
     * One kind of request.
     *
     * @param capability whom it is for
     * @param request changed while the load runs, for a fresh token
     */
    record Kind(String capability, String name, Lane lane, int expectedStatus, RequestSource request) {}

    /** Gives the request that is to be sent now. */
    interface RequestSource {
        HttpRequest get();
    }

    OpenLoop(List<Kind> pattern, int perSecond, Samples samples) {
        this.pattern = List.copyOf(pattern);
        this.pauseNanos = Duration.ofSeconds(1).toNanos() / perSecond;
        this.samples = samples;
        this.thread = new Thread(this::run, "open loop");
        thread.setDaemon(true);
        thread.setPriority(Thread.MAX_PRIORITY);
    }

    void start() {
        thread.start();
    }

    /** What went wrong, and how often. */
    Map<String, Long> failures() {
        Map<String, Long> counts = new TreeMap<>();
        failures.forEach((what, count) -> counts.put(what, count.sum()));
        return counts;
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join();
            // The last ones are waited for, since they may fail too.
            inFlight.tryAcquire(IN_FLIGHT_MAX, LAST_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        long intended = System.nanoTime();
        for (int i = 0; !stopped; i = (i + 1) % pattern.size()) {
            intended += pauseNanos;
            for (long wait = intended - System.nanoTime(); wait > 0; wait = intended - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            send(pattern.get(i), intended);
        }
    }

    private void send(Kind kind, long intendedNanos) {
        if (!inFlight.tryAcquire()) {
            fail(kind, "too many in flight");
            samples.add(kind.capability(), intendedNanos, System.nanoTime(), true);
            return;
        }
        kind.lane().send(() -> kind.lane()
                .client()
                .sendAsync(kind.request().get(), HttpResponse.BodyHandlers.discarding())
                .whenComplete((response, broken) -> {
                    boolean failed = broken != null || response.statusCode() != kind.expectedStatus();
                    samples.add(kind.capability(), intendedNanos, System.nanoTime(), failed);
                    if (failed) {
                        fail(kind, broken == null ? Integer.toString(response.statusCode()) : broken.toString());
                    }
                    inFlight.release();
                    kind.lane().ended();
                }));
    }

    private void fail(Kind kind, String what) {
        String key = kind.name() + ": " + what;
        if (failures.size() < FAILURE_KINDS_MAX || failures.containsKey(key)) {
            failures.computeIfAbsent(key, unseen -> new LongAdder()).increment();
        }
    }
}
