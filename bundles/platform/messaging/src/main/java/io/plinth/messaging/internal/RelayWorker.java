package io.plinth.messaging.internal;

import io.plinth.event.Broker;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.client.ActiveMQClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one background thread of the relay: keeps a connection to the broker, publishes batch after batch while there is
 * something, waits for a signal or the next poll when there is nothing, and backs off while broker or database are away.
 */
final class RelayWorker {
    private static final long SAMPLE_NANOS = Duration.ofSeconds(2).toNanos();
    private static final long STOP_MILLIS = 10_000;
    private static final Logger LOG = LoggerFactory.getLogger(RelayWorker.class);

    /** What the worker works with. */
    record Parts(
            DataSource dataSource,
            JdbcOutbox outbox,
            Clock clock,
            RelayLimits limits,
            OutboxMetrics metrics,
            Supplier<@Nullable Broker> broker,
            Supplier<Set<String>> destinations,
            Connected onConnect) {}

    /** Told how attempts to reach the broker end. */
    interface Connected {
        void succeeded(Broker broker);

        void failed(Broker broker, BrokerUnavailableException cause);
    }

    private final Parts parts;
    private final Signal signal;
    private final OutboxTable table = new OutboxTable();
    private final Blockages blockages = new Blockages(System::nanoTime);
    private final Relay relay;
    private final Backoff backoff = new Backoff(RandomGenerator.getDefault());
    private final Outage brokerOutage = new Outage("The message broker", LOG);
    private final Outage databaseOutage = new Outage("The relay's database", LOG);
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "plinth-relay");
    private volatile String state = "it was not reached yet";
    private @Nullable ArtemisConnection connection;
    private @Nullable Broker connectedTo;
    private long sampledNanos = System.nanoTime() - SAMPLE_NANOS;

    RelayWorker(Parts parts) {
        this.parts = parts;
        this.signal = parts.outbox().signal();
        this.relay = new Relay(parts.dataSource(), table, parts.limits(), blockages, parts.metrics()::published);
    }

    void start() {
        // Artemis finds its transports through the thread's class loader.
        thread.setContextClassLoader(ActiveMQClient.class.getClassLoader());
        thread.start();
    }

    /** Why events do not reach the broker; empty when they do. */
    String trouble() {
        return state;
    }

    void stop() throws InterruptedException {
        stop.countDown();
        signal.raise();
        thread.join(STOP_MILLIS);
    }

    private void run() {
        try {
            while (stop.getCount() > 0) {
                step();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            disconnect();
        }
    }

    private void step() throws InterruptedException {
        Relay.@Nullable Turn turn = null;
        try {
            sample();
            databaseOutage.ended();
            ArtemisConnection open = connect();
            if (open == null) {
                signal.await(parts.limits().pollMillis());
                return;
            }
            declare(open);
            turn = relay.turn(open);
            note(turn.refusal().isEmpty() ? blockages.reason() : turn.refusal());
        } catch (BrokerUnavailableException lost) {
            brokerLost(lost.reason());
        } catch (SQLException lost) {
            databaseOutage.began(String.valueOf(lost.getMessage()).replaceAll("\\s+", " "));
        } catch (RuntimeException unexpected) {
            // The thread must outlive whatever a driver throws; without it nothing would ever be published again.
            LOG.error("The relay met an error that it did not expect; it goes on.", unexpected);
            disconnect();
        }
        pause(turn);
    }

    /** @param turn what was done; {@code null} when broker or database failed */
    private void pause(Relay.@Nullable Turn turn) throws InterruptedException {
        if (turn != null && (turn.moved() > 0 || !turn.isPauseDue())) {
            backoff.reset();
        }
        if (turn == null || turn.isPauseDue()) {
            stop.await(backoff.nextMillis(), TimeUnit.MILLISECONDS);
        } else if (turn.moved() == 0 && turn.refusal().isEmpty()) {
            signal.await(blockages.millisToNextTry(parts.limits().pollMillis()));
        }
    }

    private void note(String refusal) {
        state = refusal;
        if (refusal.isEmpty()) {
            brokerOutage.ended();
        } else {
            brokerOutage.began(refusal);
        }
    }

    private void brokerLost(String reason) {
        disconnect();
        state = reason;
        brokerOutage.began(reason);
    }

    private void sample() throws SQLException {
        if (System.nanoTime() - sampledNanos < SAMPLE_NANOS) {
            return;
        }
        try (Connection open = parts.dataSource().getConnection()) {
            parts.metrics().backlog(table.backlog(open));
            sampledNanos = System.nanoTime();
        }
    }

    /** The connection to the broker of now; {@code null} while there is none. */
    private @Nullable ArtemisConnection connect() throws BrokerUnavailableException {
        Broker broker = parts.broker().get();
        ArtemisConnection open = connection;
        if (open != null && (broker != connectedTo || open.isBroken())) {
            disconnect();
            open = null;
        }
        if (broker == null) {
            state = "the embedded broker is not running; its own log lines say why";
            return null;
        }
        if (open == null) {
            open = open(broker);
            connection = open;
            connectedTo = broker;
        }
        return open;
    }

    private ArtemisConnection open(Broker broker) throws BrokerUnavailableException {
        try {
            ArtemisConnection opened = ArtemisConnection.open(broker, parts.clock(), parts.limits());
            parts.onConnect().succeeded(broker);
            LOG.info("The relay is connected to the broker at {}.", Brokers.shown(broker.url()));
            return opened;
        } catch (BrokerUnavailableException failed) {
            String reason = Brokers.shown(broker.url()) + ": " + failed.reason();
            // Whoever is told may ask at once.
            state = reason;
            parts.onConnect().failed(broker, failed);
            throw new BrokerUnavailableException(reason, failed);
        }
    }

    /** Makes the queues that capabilities announce; one that cannot be made blocks that destination only. */
    private void declare(ArtemisConnection open) throws BrokerUnavailableException {
        Set<String> blocked = blockages.now();
        for (String destination : parts.destinations().get()) {
            if (blocked.contains(destination)) {
                continue;
            }
            try {
                open.ensureQueue(destination);
            } catch (ActiveMQException refused) {
                LOG.debug("The queue {} cannot be made.", destination, refused);
                blockages.block(
                        destination,
                        "it refuses to make the queue " + destination + ": "
                                + String.valueOf(refused.getMessage()).replaceAll("\\s+", " "));
            }
        }
    }

    private void disconnect() {
        ArtemisConnection open = connection;
        connection = null;
        connectedTo = null;
        if (open != null) {
            open.close();
        }
    }
}
