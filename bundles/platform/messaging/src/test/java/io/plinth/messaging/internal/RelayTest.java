package io.plinth.messaging.internal;

import static io.plinth.messaging.internal.EventNumbers.assertOrdered;
import static io.plinth.messaging.internal.EventNumbers.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.plinth.event.Event;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.activemq.artemis.api.core.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "the tests' database is for Linux on amd64")
class RelayTest {
    private static final int STALL_TRIES_MAX = 5;
    private static final String QUEUE = "queue.test.events";
    private static final String TYPE = "io.plinth.test.happened";
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00.123Z");
    private static final Clock CLOCK = Clock.systemUTC();
    private static final RelayLimits LIMITS =
            new RelayLimits(50, 1 << 20, 8, 50, Duration.ofSeconds(20), 3, Duration.ofDays(7));

    private final JdbcOutbox outbox = new JdbcOutbox(CLOCK);
    private final OutboxTable table = new OutboxTable();
    private TestDatabase database;
    private TestBroker broker;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        database = TestDatabase.get();
        database.clear();
        broker = new TestBroker(folder);
    }

    @AfterEach
    void stop() throws Exception {
        broker.stop();
    }

    @Test
    void eventArrivesAsCloudEvent() throws Exception {
        Map<String, Object> data = new HashMap<>();
        data.put("text", "zażółć \u0001 😀");
        data.put("number", 9007199254740991L);
        data.put("list", List.of(1, true, Map.of("a", "b")));
        data.put("nothing", null);
        Event event = new Event(QUEUE, TYPE, "subject-1", UUID.randomUUID(), NOW, data);
        append(event);
        relayAll();

        TestBroker.Received received = broker.drain(QUEUE, 1).get(0);
        JsonNode json = new ObjectMapper().readTree(received.body());
        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly("specversion", "id", "source", "type", "subject", "time", "datacontenttype", "data");
        assertThat(json.get("specversion").asText()).isEqualTo("1.0");
        assertThat(json.get("id").asText()).isEqualTo(event.id().toString()).isEqualTo(received.id());
        assertThat(json.get("source").asText()).isEqualTo("/plinth");
        assertThat(json.get("type").asText()).isEqualTo(TYPE);
        assertThat(json.get("subject").asText()).isEqualTo("subject-1");
        assertThat(json.get("time").asText()).isEqualTo("2026-11-22T10:00:00.123Z");
        assertThat(json.get("data"))
                .isEqualTo(new ObjectMapper()
                        .readTree("{\"text\":\"zażółć \\u0001 😀\",\"number\":9007199254740991,"
                                + "\"list\":[1,true,{\"a\":\"b\"}],\"nothing\":null}"));
        Message message = received.message();
        assertThat(message.isDurable()).isTrue();
        assertThat(received.message().getType()).isEqualTo(Message.TEXT_TYPE);
        assertThat(message.getStringProperty("content_type")).isEqualTo("application/cloudevents+json");
        assertThat(Duration.ofMillis(message.getExpiration() - CLOCK.millis()))
                .isBetween(Duration.ofDays(6), Duration.ofDays(7));
    }

    @Test
    void rolledBackTransactionPublishesNothing() throws Exception {
        try (Connection connection = database.connect()) {
            connection.setAutoCommit(false);
            outbox.append(connection, List.of(event("s", 1)));
            connection.rollback();
        }
        append(event("s", 2));
        relayAll();
        assertThat(numbers(broker.drain(QUEUE, 1))).containsExactly(2);
    }

    @Test
    void appendingNeedsATransaction() throws Exception {
        try (Connection connection = database.connect()) {
            assertThatThrownBy(() -> outbox.append(connection, List.of(event("s", 1))))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void tooLargeOrIllFormedEventIsRefusedBeforeItIsWritten() throws Exception {
        try (Connection connection = database.connect()) {
            connection.setAutoCommit(false);
            for (String text : List.of("x".repeat(300_000), "lone \ud800 surrogate")) {
                Event event = new Event(QUEUE, TYPE, "s", UUID.randomUUID(), NOW, Map.of("text", text));
                assertThatThrownBy(() -> outbox.append(connection, List.of(event)))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(event.id().toString());
            }
            connection.rollback();
        }
    }

    @Test
    void largeEventsGoInSmallBatches() throws Exception {
        for (int i = 0; i < 10; i++) {
            append(new Event(QUEUE, TYPE, "s", UUID.randomUUID(), NOW, Map.of("n", i, "text", "x".repeat(250_000))));
        }
        try (ArtemisConnection connection = connect()) {
            assertThat(relay(LIMITS).turn(connection).moved()).isEqualTo(4);
        }
        relayAll();
        assertThat(numbers(broker.drain(QUEUE, 10))).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void deathBetweenPublishingAndDeletingLeavesNoDuplicate() throws Exception {
        for (int i = 0; i < 10; i++) {
            append(event("s" + i % 3, i));
        }
        try (ArtemisConnection connection = connect()) {
            assertThatThrownBy(() -> relay(LIMITS).turn(dyingAfterPublish(connection)))
                    .isInstanceOf(IllegalStateException.class);
        }
        assertThat(pending()).isEqualTo(10);
        append(event("s0", 10));
        relayAll();
        List<TestBroker.Received> received = broker.drain(QUEUE, 11);
        assertThat(numbers(received)).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        assertOrdered(received);
        assertThat(pending()).isZero();
    }

    @Test
    void lanesThatAnotherRelayHoldsAreSkipped() throws Exception {
        String mine = "a";
        String other = "b";
        assertThat(Lanes.of(mine)).isNotEqualTo(Lanes.of(other));
        append(event(other, 1));
        append(event(mine, 2));
        try (Connection holder = database.connect();
                Statement lock = holder.createStatement();
                ArtemisConnection connection = connect()) {
            holder.setAutoCommit(false);
            lock.executeQuery("SELECT * FROM outbox_lanes WHERE lane = " + Lanes.of(other) + " FOR UPDATE");
            assertThat(relay(LIMITS).turn(connection).moved()).isEqualTo(1);
            assertThat(relay(LIMITS).turn(connection).moved()).isZero();
            holder.rollback();
            assertThat(relay(LIMITS).turn(connection).moved()).isEqualTo(1);
        }
        assertThat(numbers(broker.drain(QUEUE, 2))).containsExactly(2, 1);
    }

    @Test
    void eventsOfOneOrderingKeyWaitForEachOtherWhateverTheirSubject() throws Exception {
        append(ordered(QUEUE, TestBroker.POISON, "a", 1), ordered(QUEUE, TYPE, "b", 2), event("other", 3));
        try (ArtemisConnection connection = connect()) {
            assertThat(relay(LIMITS).turn(connection).moved()).as("refused").isEqualTo(1);
        }
        String blocked = "queue.blocked.events";
        append(ordered(blocked, TYPE, "c", 4), ordered(QUEUE, TYPE, "d", 5), event("other", 6));
        Blockages blockages = new Blockages(() -> 0);
        blockages.block(blocked, "it is full");
        blockages.block("queue.of.nothing", "it is full");
        try (Connection connection = database.connect()) {
            List<Integer> lanes = List.of(Lanes.of("key"), Lanes.of("other"));
            assertThat(table.read(connection, lanes, blockages.now(), 10, 1 << 20))
                    .extracting(OutboxRow::body)
                    .noneMatch(body -> body.contains("\"n\":5"))
                    .anyMatch(body -> body.contains("\"n\":6"));
        }
        relayAll();
        assertThat(numbers(broker.drain(QUEUE, 4))).containsExactlyInAnyOrder(3, 2, 5, 6);
        broker.drain(blocked, 1);
        broker.drain("DLQ", 1);
    }

    @Test
    void poisonGoesToDeadLettersAndHoldsUpNobodyForEver() throws Exception {
        append(event("s", 1));
        append(new Event(QUEUE, TestBroker.POISON, "s", UUID.randomUUID(), NOW, Map.of("n", 2)));
        append(event("s", 3));
        append(event("other", 4));
        try (ArtemisConnection connection = connect()) {
            Relay.Turn first = relay(LIMITS).turn(connection);
            assertThat(first.moved()).isEqualTo(2);
            assertThat(first.refusal()).contains(QUEUE).contains("poison");
            assertThat(relay(LIMITS).turn(connection).moved()).isZero();
            assertThat(relay(LIMITS).turn(connection).moved()).isEqualTo(1);
            assertThat(relay(LIMITS).turn(connection).moved()).isEqualTo(1);
        }
        assertThat(numbers(broker.drain(QUEUE, 3))).containsExactly(1, 4, 3);
        TestBroker.Received dead = broker.drain("DLQ", 1).get(0);
        assertThat(numbers(List.of(dead))).containsExactly(2);
        assertThat(dead.message().getStringProperty("_AMQ_ORIG_ADDRESS")).isEqualTo(QUEUE);
        assertThat(dead.message().getStringProperty("plinth_reason")).contains("poison");
        assertThat(dead.message().getExpiration()).isZero();
    }

    @Test
    void deadLetterThatIsThereAlreadyIsDoneWith() throws Exception {
        OutboxRow event = new OutboxRow(1, UUID.randomUUID().toString(), QUEUE, TYPE, "s", 9, "{\"data\":{\"n\":7}}");
        try (ArtemisConnection connection = connect()) {
            assertThat(connection.deadLetter(event, "poison")).isEmpty();
            assertThat(connection.deadLetter(event, "poison")).isEmpty();
        }
        assertThat(numbers(broker.drain("DLQ", 1))).containsExactly(7);
    }

    @Test
    void blockedDestinationHoldsBackItsSubjectsAndNoOthers() throws Exception {
        AtomicLong nanoTime = new AtomicLong();
        Blockages blockages = new Blockages(nanoTime::get);
        String blocked = "queue.held.events";
        blockages.block(blocked, "no");
        for (int i = 0; i < 40; i++) {
            append(eventFor(blocked, "stuck-" + i, 1), eventFor(QUEUE, "stuck-" + i, 2));
        }
        append(event("free", 1), eventFor(blocked, "free", 2), event("free", 3));
        try (ArtemisConnection connection = connect()) {
            // As few lanes and events as would all be taken by what is stuck.
            Relay relay =
                    relay(new RelayLimits(5, 1 << 20, 2, 50, Duration.ofSeconds(20), 3, Duration.ofDays(7)), blockages);
            assertThat(relay.turn(connection).moved()).isEqualTo(1);
            assertThat(relay.turn(connection)).isEqualTo(Relay.Turn.IDLE);
            assertThat(numbers(broker.drain(QUEUE, 1))).containsExactly(1);
            nanoTime.addAndGet(Duration.ofSeconds(1).toNanos());
            while (relay.turn(connection).moved() > 0) {
                assertThat(blockages.reason()).isEmpty();
            }
        }
        assertThat(pending()).isZero();
        assertThat(broker.drain(blocked, 41)).hasSize(41);
        assertThat(broker.drain(QUEUE, 41)).hasSize(41);
    }

    @Test
    void blockedBrokerIsAnOutageAndLosesNothing() throws Exception {
        String queue = "queue.blocked.events";
        RelayLimits impatient = new RelayLimits(50, 1 << 20, 8, 50, Duration.ofSeconds(2), 3, Duration.ofDays(7));
        for (int i = 0; i < 40; i++) {
            append(new Event(queue, TYPE, "s", UUID.randomUUID(), NOW, Map.of("n", i, "text", "x".repeat(5_000))));
        }
        try (ArtemisConnection connection = ArtemisConnection.open(broker.address(), CLOCK, impatient)) {
            assertThatThrownBy(() -> {
                        for (int turn = 0; turn < 40; turn++) {
                            relay(new RelayLimits(
                                            5, 1 << 20, 8, 50, impatient.publishTimeout(), 3, impatient.retention()))
                                    .turn(connection);
                        }
                    })
                    .isInstanceOf(BrokerUnavailableException.class)
                    .hasMessageContaining("full");
            assertThat(connection.isBroken()).isTrue();
        }
        int waiting = pending();
        assertThat(waiting).isPositive();
        assertThat(numbers(broker.drain(queue, 40 - waiting))).startsWith(0).hasSizeGreaterThanOrEqualTo(40 - waiting);
    }

    /** A full queue whose address policy is BLOCK holds its sender; who sends to others must not be held with it. */
    @Test
    void destinationThatHoldsItsSenderParksOnlyItself() throws Exception {
        String full = "queue.blocked.events";
        AtomicLong nanoTime = new AtomicLong();
        Blockages blockages = new Blockages(nanoTime::get);
        RelayLimits impatient = new RelayLimits(5, 1 << 20, 8, 50, Duration.ofSeconds(2), 3, Duration.ofDays(7));
        Relay relay = relay(impatient, blockages);
        for (int i = 0; i < 40; i++) {
            append(new Event(full, TYPE, "s", UUID.randomUUID(), NOW, Map.of("n", i, "text", "x".repeat(5_000))));
        }
        assertThat(turnsUntilItStalls(relay, impatient)).as("the control").isTrue();
        assertThat(blockages.now()).containsExactly(full);
        int stuck = pending();
        append(event("other", 1), event("other", 2));

        try (ArtemisConnection connection = ArtemisConnection.open(broker.address(), CLOCK, impatient)) {
            assertThat(relay.turn(connection).moved())
                    .as("while it is left alone")
                    .isEqualTo(2);
        }

        // Its pause is over: one try, which costs a second and not the whole timeout.
        nanoTime.addAndGet(Duration.ofMinutes(2).toNanos());
        assertThat(blockages.suspects()).containsExactly(full);
        append(event("other", 3));
        long start = System.nanoTime();
        assertThat(turnsUntilItStalls(relay(LIMITS, blockages), LIMITS)).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMITS.publishTimeout());
        try (ArtemisConnection connection = ArtemisConnection.open(broker.address(), CLOCK, impatient)) {
            assertThat(relay.turn(connection).moved()).isEqualTo(1);
        }
        assertThat(pending()).isEqualTo(stuck);
        assertThat(numbers(broker.drain(QUEUE, 3))).containsExactly(1, 2, 3);

        // Somebody consumes: all of it arrives, in order.
        List<Integer> arrived = new ArrayList<>(numbers(broker.drain(full, 40 - stuck)));
        while (arrived.size() < 40) {
            nanoTime.addAndGet(Duration.ofMinutes(2).toNanos());
            int before = pending();
            turnsUntilItStalls(relay, impatient);
            arrived.addAll(numbers(broker.drain(full, before - pending())));
        }
        assertThat(arrived).isSorted().hasSize(40);
    }

    /** Turns until nothing is left to do; whether the broker held the sender before that. */
    private boolean turnsUntilItStalls(Relay relay, RelayLimits limits) throws Exception {
        for (int tries = 0; tries < STALL_TRIES_MAX; tries++) {
            try (ArtemisConnection connection = ArtemisConnection.open(broker.address(), CLOCK, limits)) {
                while (relay.turn(connection).moved() > 0) {
                    assertThat(connection.isBroken()).isFalse();
                }
                return false;
            } catch (BrokerUnavailableException held) {
                if (!held.stalledDestination().isEmpty()) {
                    return true;
                }
                // On a busy machine a batch may be late without that anybody holds it; then it is tried again.
            }
        }
        throw new AssertionError("the broker was late " + STALL_TRIES_MAX + " times, and named no destination");
    }

    /** The whole: writers, two relays that die at random, a broker that restarts. */
    @Test
    void orderAndCompletenessUnderConcurrencyAndDeaths() throws Exception {
        int writers = 4;
        int perWriter = 150;
        AtomicBoolean isWriting = new AtomicBoolean(true);
        AtomicInteger deaths = new AtomicInteger();
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<Future<?>> relays = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                relays.add(threads.submit(() -> relayUntilEmpty(isWriting, deaths)));
            }
            List<Future<?>> writing = new ArrayList<>();
            for (int i = 0; i < writers; i++) {
                writing.add(threads.submit(() -> write(perWriter)));
            }
            broker.stop();
            broker.start();
            for (Future<?> writer : writing) {
                writer.get();
            }
            isWriting.set(false);
            for (Future<?> relay : relays) {
                relay.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(pending()).isZero();
        assertThat(deaths.get()).as("control: relays have died").isPositive();
        List<TestBroker.Received> received = broker.drain(QUEUE, writers * perWriter);
        assertThat(received).hasSize(writers * perWriter);
        assertThat(received.stream().map(TestBroker.Received::id)).doesNotHaveDuplicates();
        assertOrdered(received);
    }

    /** Each transaction locks its subject's row, as the contract of the outbox wants, and takes the next number of it. */
    private Void write(int transactions) throws Exception {
        try (Connection connection = database.connect()) {
            connection.setAutoCommit(false);
            for (int i = 0; i < transactions; i++) {
                String subject = "subject-" + ThreadLocalRandom.current().nextInt(6);
                try (PreparedStatement insert = connection.prepareStatement(
                                "INSERT INTO subjects (name, version) VALUES (?, 1) ON DUPLICATE KEY UPDATE version = version + 1");
                        PreparedStatement select =
                                connection.prepareStatement("SELECT version FROM subjects WHERE name = ?")) {
                    insert.setString(1, subject);
                    insert.executeUpdate();
                    select.setString(1, subject);
                    try (ResultSet row = select.executeQuery()) {
                        row.next();
                        outbox.append(connection, List.of(event(subject, row.getInt(1))));
                    }
                }
                connection.commit();
            }
        }
        return null;
    }

    private Void relayUntilEmpty(AtomicBoolean isWriting, AtomicInteger deaths) throws Exception {
        Relay relay = relay(new RelayLimits(7, 1 << 20, 4, 50, Duration.ofSeconds(20), 3, Duration.ofDays(7)));
        while (isWriting.get() || pending() > 0) {
            try (ArtemisConnection connection = connect()) {
                while (isWriting.get() || pending() > 0) {
                    boolean dies = ThreadLocalRandom.current().nextInt(10) == 0;
                    relay.turn(dies ? dyingAfterPublish(connection) : connection);
                }
            } catch (BrokerUnavailableException | IllegalStateException death) {
                deaths.incrementAndGet();
            }
        }
        return null;
    }

    private static Publisher dyingAfterPublish(Publisher publisher) {
        return new Publisher() {
            @Override
            public Outcome publish(List<OutboxRow> events, Duration patience) throws BrokerUnavailableException {
                publisher.publish(events, patience);
                throw new IllegalStateException("died after publishing, before deleting");
            }

            @Override
            public String deadLetter(OutboxRow event, String reason) throws BrokerUnavailableException {
                return publisher.deadLetter(event, reason);
            }
        };
    }

    private Relay relay(RelayLimits limits) throws SQLException {
        return relay(limits, new Blockages(System::nanoTime));
    }

    private Relay relay(RelayLimits limits, Blockages blockages) throws SQLException {
        return new Relay(database.dataSource(), table, limits, blockages, published -> {});
    }

    private ArtemisConnection connect() throws BrokerUnavailableException {
        return ArtemisConnection.open(broker.address(), CLOCK, LIMITS);
    }

    private void relayAll() throws Exception {
        try (ArtemisConnection connection = connect()) {
            Relay relay = relay(LIMITS);
            while (relay.turn(connection).moved() > 0) {
                assertThat(connection.isBroken()).isFalse();
            }
        }
    }

    private void append(Event... events) throws SQLException {
        try (Connection connection = database.connect()) {
            connection.setAutoCommit(false);
            outbox.append(connection, List.of(events));
            connection.commit();
        }
    }

    private int pending() throws SQLException {
        try (Connection connection = database.connect()) {
            return (int) table.backlog(connection).pending();
        }
    }

    private static Event event(String subject, int number) {
        return eventFor(QUEUE, subject, number);
    }

    private static Event eventFor(String destination, String subject, int number) {
        return new Event(destination, TYPE, subject, UUID.randomUUID(), NOW, Map.of("n", number));
    }

    private static Event ordered(String destination, String type, String subject, int number) {
        return new Event(destination, type, subject, UUID.randomUUID(), NOW, Map.of("n", number), "key");
    }
}
