package io.plinth.messaging.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plinth.event.Broker;
import io.plinth.event.Event;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
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
    private static final Clock CLOCK = Clock.systemUTC();

    private final BlockingQueue<String> attempts = new LinkedBlockingQueue<>();
    private final JdbcOutbox outbox = new JdbcOutbox(CLOCK);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private TestDatabase database;
    private TestBroker broker;
    private volatile Broker address;
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
                () -> Set.of("queue.declared.events"),
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

    private void post(int number) throws Exception {
        try (Connection connection = database.connect()) {
            connection.setAutoCommit(false);
            outbox.append(
                    connection,
                    List.of(new Event(
                            QUEUE,
                            "io.plinth.test.happened",
                            "subject",
                            UUID.randomUUID(),
                            CLOCK.instant(),
                            Map.of("n", number))));
            connection.commit();
        }
        outbox.committed();
    }
}
