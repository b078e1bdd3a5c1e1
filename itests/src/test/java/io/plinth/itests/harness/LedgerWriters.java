package io.plinth.itests.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that move money between some accounts until they are told to stop, each time with a key of its own, which is the
 * reference of the transaction, too. They keep what was acknowledged, and what was sent and not acknowledged.
 */
public final class LedgerWriters implements AutoCloseable {
    private static final int WRITES_MAX = 50_000;
    private static final long PAUSE_AFTER_FAILURE_NANOS = Duration.ofMillis(50).toNanos();

    private final ConcurrentHashMap<String, Map<String, Object>> sent = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, String> acknowledged = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Reply> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Money money;
    private final String token;
    private final List<String> accounts;
    private volatile boolean stopped;

    /** @param accounts that may go below zero */
    public LedgerWriters(Http http, int count, List<String> accounts) {
        this.money = new Money(http);
        this.token = http.admin();
        this.accounts = List.copyOf(accounts);
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(this::write, "ledger writer " + i);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
    }

    /** Waits until so many more were acknowledged. */
    public void awaitMore(int count) {
        int target = acknowledged.size() + count;
        Eventually.within(Duration.ofSeconds(60), () -> assertThat(acknowledged.size())
                .as("acknowledged; failures: %s", failures)
                .isGreaterThanOrEqualTo(target));
    }

    /** Ids of transactions by the key for which they were acknowledged with 201. */
    public Map<String, String> acknowledged() {
        return Map.copyOf(acknowledged);
    }

    /** Bodies by key of all that was sent, acknowledged or not. */
    public Map<String, Map<String, Object>> sent() {
        return Map.copyOf(sent);
    }

    /** Other answers; a broken connection counts as status 0. */
    public List<Reply> failures() {
        return List.copyOf(failures);
    }

    public void stop() {
        stopped = true;
        for (Thread thread : threads) {
            try {
                thread.join(Duration.ofSeconds(70).toMillis());
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
        ThreadLocalRandom random = ThreadLocalRandom.current();
        for (int i = 0; i < WRITES_MAX && !stopped; i++) {
            int debit = random.nextInt(accounts.size());
            int credit = (debit + 1 + random.nextInt(accounts.size() - 1)) % accounts.size();
            String key = Money.key();
            Map<String, Object> body =
                    new HashMap<>(Money.transfer(accounts.get(debit), accounts.get(credit), 1 + random.nextInt(100)));
            body.put("reference", key);
            sent.put(key, body);
            try {
                Reply reply = money.post(token, key, body);
                if (reply.status() == 201) {
                    acknowledged.put(key, reply.json().path("id").asText());
                    continue;
                }
                failures.add(reply);
            } catch (UncheckedIOException broken) {
                failures.add(Reply.broken(String.valueOf(broken.getMessage())));
            }
            LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
        }
    }
}
