package io.plinth.messaging.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plinth.event.Broker;
import io.plinth.event.Event;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "the tests' database is for Linux on amd64")
class RelayWorkerTest implements RelayWorker.Connected {
    private static final String QUEUE = "queue.worker.events";
    private static final String TYPE = "io.plinth.test.happened";
    private static final Clock CLOCK = Clock.systemUTC();

    private final BlockingQueue<String> attempts = new LinkedBlockingQueue<>();
    private final JdbcOutbox outbox = new JdbcOutbox(CLOCK);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private TestDatabase database;
    private TestBroker broker;
    private volatile Broker address;
    private volatile Set<String> declared = Set.of("queue.declared.events");
    private RelayWorker worker;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        database = TestDatabase.get();
        database.clear();
        broker = new TestBroker(folder);
        address = broker.address();
        RelayLimits limits = new RelayLimits(50, 1 << 20, 8, 60_000, Duration.ofSeconds(20), 3, Duration.ofDays(7));
        worker = new RelayWorker(new RelayWorker.Parts(
                database.dataSource(),
                outbox,
                CLOCK,
                limits,
                new OutboxMetrics(registry, CLOCK),
                () -> address,
                () -> declared,
                this));
        worker.start();
    }

    @AfterEach
    void stop() throws Exception {
        worker.stop();
        broker.stop();
    }

    @Override
    public void succeeded(Broker reached) {
        attempts.add("succeeded");
    }

    @Override
    public void failed(Broker unreachable, BrokerUnavailableException cause) {
        attempts.add("failed");
    }

    @Test
    void publishesAtOnceWhenTold() throws Exception {
        assertThat(attempts.poll(10, TimeUnit.SECONDS)).isEqualTo("succeeded");
        // The poll interval is a minute, so only the signal can have brought it.
        post(1);
        assertThat(broker.drain(QUEUE, 1)).hasSize(1);
        assertThat(worker.trouble()).isEmpty();
        assertThat(registry.get(OutboxMetrics.PUBLISHED)
                        .tag("destination", QUEUE)
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(broker.hasQueue("queue.declared.events")).isTrue();
    }

    @Test
    void comesBackByItselfAfterTheBroker() throws Exception {
        assertThat(attempts.poll(10, TimeUnit.SECONDS)).isEqualTo("succeeded");
        broker.stop();
        post(1);
        assertThat(attempts.poll(10, TimeUnit.SECONDS)).isEqualTo("failed");
        assertThat(worker.trouble()).isNotEmpty().doesNotContain("\n");
        post(2);
        broker.start();
        while (!"succeeded".equals(attempts.poll(10, TimeUnit.SECONDS))) {
            assertThat(worker.trouble()).isNotEmpty();
        }
        assertThat(broker.drain(QUEUE, 2)).hasSize(2);
        assertThat(worker.trouble()).isEmpty();
    }

    @Test
    void followsTheBrokerService() throws Exception {
        assertThat(attempts.poll(10, TimeUnit.SECONDS)).isEqualTo("succeeded");
        address = null;
        post(1);
        address = broker.address();
        outbox.committed();
        assertThat(broker.drain(QUEUE, 1)).hasSize(1);
    }

    /** With more that is stuck than fits a batch or the lanes of one. */
    @Test
    void fullQueueHoldsUpNoOther() throws Exception {
        String full = "queue.full.events";
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            Map<String, Object> data = Map.of("n", i, "text", "x".repeat(1_000));
            events.add(new Event(full, TYPE, "stuck-" + i % 40, UUID.randomUUID(), CLOCK.instant(), data));
        }
        for (int i = 0; i < 60; i++) {
            events.add(event("free-" + i % 40, i));
        }
        post(events);
        assertOrdered(broker.drain(QUEUE, 60), 60);
        assertThat(worker.trouble()).contains(full);
        post(List.of(event("free-0", 60)));
        assertOrdered(broker.drain(QUEUE, 1), 1);
        // Each time that there is room again more of them come; a consumer makes room when it closes.
        List<TestBroker.Received> late = new ArrayList<>();
        for (int size = -1; late.size() > size && late.size() < 120; ) {
            size = late.size();
            late.addAll(broker.drain(full, 1));
        }
        assertOrdered(late, 120);
    }

    @Test
    void queueThatCannotBeMadeHoldsUpNoOther() throws Exception {
        declared = Set.of(TestBroker.FORBIDDEN, "queue.declared.events");
        post(1);
        assertThat(broker.drain(QUEUE, 1)).hasSize(1);
        assertThat(worker.trouble()).contains(TestBroker.FORBIDDEN).contains("no right to make it");
        assertThat(broker.hasQueue("queue.declared.events")).isTrue();
    }

    private static void assertOrdered(List<TestBroker.Received> received, int number) throws Exception {
        assertThat(received).hasSize(number);
        Map<String, Integer> last = new HashMap<>();
        for (TestBroker.Received one : received) {
            JsonNode json = new ObjectMapper().readTree(one.body());
            int n = json.at("/data/n").asInt();
            Integer before = last.put(json.get("subject").asText(), n);
            assertThat(n).isGreaterThan(before == null ? -1 : before);
        }
    }

    private void post(int number) throws Exception {
        post(List.of(event("subject", number)));
    }

    private static Event event(String subject, int number) {
        return new Event(QUEUE, TYPE, subject, UUID.randomUUID(), CLOCK.instant(), Map.of("n", number));
    }

    private void post(List<Event> events) throws Exception {
        try (Connection connection = database.connect()) {
            connection.setAutoCommit(false);
            outbox.append(connection, events);
            connection.commit();
        }
        outbox.committed();
    }
}
