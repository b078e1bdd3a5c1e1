package io.plinth.itests.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/** Threads that create users until they are told to stop, and keep what was acknowledged and what was not. */
public final class Writers implements AutoCloseable {
    private static final int WRITES_MAX = 20_000;
    private static final long PAUSE_AFTER_FAILURE_NANOS = Duration.ofMillis(50).toNanos();

    private final ConcurrentLinkedQueue<String> acknowledged = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Reply> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Http http;
    private final String token;
    private volatile boolean stopped;

    public Writers(Http http, int count) {
        this.http = http;
        this.token = http.admin();
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(this::write, "writer " + i);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
    }

    public void awaitAcknowledged(int count) {
        Eventually.within(Duration.ofSeconds(60), () -> assertThat(acknowledged.size())
                .as("acknowledged; failures: %s", failures)
                .isGreaterThanOrEqualTo(count));
    }

    /** Ids of users whose creation was answered 201. */
    public List<String> acknowledged() {
        return List.copyOf(acknowledged);
    }

    /** Other answers; a broken connection counts as status 0. */
    public List<Reply> failures() {
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
            assertThat(thread.isAlive()).as("%s still writes", thread.getName()).isFalse();
        }
    }

    @Override
    public void close() {
        stopped = true;
    }

    private void write() {
        for (int i = 0; i < WRITES_MAX && !stopped; i++) {
            String name = People.uniqueName("writer");
            try {
                Reply reply = http.post("/api/v1/users")
                        .token(token)
                        .json(Map.of("username", name, "email", name + "@example.org"))
                        .send();
                if (reply.status() == 201) {
                    acknowledged.add(reply.json().path("id").asText());
                    continue;
                }
                failures.add(reply);
            } catch (UncheckedIOException broken) {
                failures.add(Reply.broken(broken.getMessage()));
            }
            LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
        }
    }
}
