package io.plinth.gateway.internal;

import io.plinth.gateway.RequestRouter.Parked;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Requests that wait, limited in number and time. No thread waits with them. */
final class Parking {
    private static final Logger LOG = LoggerFactory.getLogger(Parking.class);
    private static final long THREAD_IDLE_SECONDS = 30;

    private final Set<Waiting> waiting = new LinkedHashSet<>();
    private final ScheduledThreadPoolExecutor timer = timer();

    private static ScheduledThreadPoolExecutor timer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "plinth-parking");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(THREAD_IDLE_SECONDS, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
        return timer;
    }

    /** Takes a request in, unless there are too many or none may wait. */
    synchronized @Nullable Parked park(String path, Runnable resume, int waitingMax, long timeoutMillis) {
        if (waiting.size() >= waitingMax || timeoutMillis <= 0 || timer.isShutdown()) {
            return null;
        }
        Waiting entry = new Waiting(path, resume);
        entry.timeout = timer.schedule(entry::expire, timeoutMillis, TimeUnit.MILLISECONDS);
        waiting.add(entry);
        return entry;
    }

    /** Resumes those whose path is settled, in the order in which they came. */
    void resume(Predicate<String> isSettled) {
        List<Waiting> settled = new ArrayList<>();
        synchronized (this) {
            Iterator<Waiting> all = waiting.iterator();
            while (all.hasNext()) {
                Waiting entry = all.next();
                if (isSettled.test(entry.path)) {
                    all.remove();
                    settled.add(entry);
                }
            }
        }
        // Not under the lock: what resumes may call back.
        settled.forEach(Waiting::run);
    }

    synchronized int count() {
        return waiting.size();
    }

    /** Nobody waits any more, now and later. */
    void close() {
        synchronized (this) {
            timer.shutdownNow();
        }
        resume(path -> true);
    }

    private synchronized boolean take(Waiting entry) {
        return waiting.remove(entry);
    }

    private final class Waiting implements Parked {
        private final String path;
        private final Runnable resume;
        private @Nullable Future<?> timeout;

        Waiting(String path, Runnable resume) {
            this.path = path;
            this.resume = resume;
        }

        private void expire() {
            if (take(this)) {
                run();
            }
        }

        private void run() {
            stopTimer();
            try {
                resume.run();
            } catch (RuntimeException failed) {
                LOG.warn("A request that waited for {} cannot be resumed", path, failed);
            }
        }

        @Override
        public void cancel() {
            if (take(this)) {
                stopTimer();
            }
        }

        private void stopTimer() {
            Future<?> started = timeout;
            if (started != null) {
                started.cancel(false);
            }
        }
    }
}
