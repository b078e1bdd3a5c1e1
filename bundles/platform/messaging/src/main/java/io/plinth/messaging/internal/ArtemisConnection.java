package io.plinth.messaging.internal;

import io.plinth.event.Broker;
import io.plinth.messaging.internal.Publisher.Outcome;
import io.plinth.messaging.internal.Publisher.Refusal;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQExceptionType;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ActiveMQClient;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientProducer;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.ClientSessionFactory;
import org.apache.activemq.artemis.api.core.client.ServerLocator;
import org.apache.activemq.artemis.api.core.client.SessionFailureListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to an Artemis broker, used by one thread. It never reconnects: once broken it is closed and another one
 * opened, so that nothing is left half done.
 */
final class ArtemisConnection implements Publisher, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ArtemisConnection.class);
    static final String DEAD_LETTERS = "DLQ";
    private static final int DESTINATIONS_MAX = 1_000;
    private static final int CONFIRMATION_WINDOW_BYTES = 1 << 20;
    private static final int THREADS = 2;
    private static final byte PRIORITY = 4;
    private static final long CALL_TIMEOUT_MILLIS = 10_000;
    private static final long FAILURE_CHECK_MILLIS = 5_000;
    private static final long CONNECTION_TTL_MILLIS = 30_000;
    /** A queue that somebody deletes is made again after this long at the latest. */
    private static final Duration QUEUE_KNOWN = Duration.ofSeconds(30);

    private static final Set<ActiveMQExceptionType> OUTAGES = EnumSet.of(
            ActiveMQExceptionType.NOT_CONNECTED,
            ActiveMQExceptionType.CONNECTION_TIMEDOUT,
            ActiveMQExceptionType.DISCONNECTED,
            ActiveMQExceptionType.REMOTE_DISCONNECT,
            ActiveMQExceptionType.UNBLOCKED,
            ActiveMQExceptionType.OBJECT_CLOSED,
            ActiveMQExceptionType.IO_ERROR,
            ActiveMQExceptionType.SESSION_CREATION_REJECTED,
            ActiveMQExceptionType.SHUTDOWN_ERROR,
            ActiveMQExceptionType.TIMEOUT_EXCEPTION,
            ActiveMQExceptionType.TRANSACTION_OUTCOME_UNKNOWN,
            ActiveMQExceptionType.REPLICATION_TIMEOUT_ERROR);
    private static final Set<ActiveMQExceptionType> NOT_THE_EVENTS_FAULT = EnumSet.of(
            ActiveMQExceptionType.ADDRESS_FULL,
            ActiveMQExceptionType.SECURITY_EXCEPTION,
            ActiveMQExceptionType.QUEUE_DOES_NOT_EXIST,
            ActiveMQExceptionType.ADDRESS_DOES_NOT_EXIST);

    private final ServerLocator locator;
    private final ClientSessionFactory factory;
    private final ClientSession batch;
    private final ClientProducer batchProducer;
    private final ClientSession single;
    private final ClientProducer singleProducer;
    private final Clock clock;
    private final RelayLimits limits;
    private final Map<String, Long> queuesKnownUntilNanos = new HashMap<>();
    private final ScheduledExecutorService watchdog;
    /** Destination of the event that is being sent; empty while none is. Used by the one thread. */
    private String sending = "";

    private volatile boolean broken;
    /** Whether it did its work but must not be used again. */
    private volatile boolean spent;

    private ArtemisConnection(Broker broker, Clock clock, RelayLimits limits) throws Exception {
        this.clock = clock;
        this.limits = limits;
        locator = ActiveMQClient.createServerLocator(broker.url())
                .setReconnectAttempts(0)
                .setInitialConnectAttempts(1)
                .setCallTimeout(CALL_TIMEOUT_MILLIS)
                .setClientFailureCheckPeriod(FAILURE_CHECK_MILLIS)
                .setConnectionTTL(CONNECTION_TTL_MILLIS)
                // Without a window no acknowledgement is sent.
                .setConfirmationWindowSize(CONFIRMATION_WINDOW_BYTES)
                .setUseGlobalPools(false)
                .setThreadPoolMaxSize(THREADS)
                .setFlowControlThreadPoolMaxSize(1)
                .setScheduledThreadPoolMaxSize(1)
                .setBlockOnDurableSend(true);
        try {
            factory = locator.createSessionFactory();
            batch = factory.createSession(broker.user(), broker.password(), false, false, false, false, 0);
            batchProducer = batch.createProducer();
            single = factory.createSession(broker.user(), broker.password(), false, true, true, false, 0);
            singleProducer = single.createProducer();
        } catch (Exception failed) {
            locator.close();
            throw failed;
        }
        batch.addFailureListener(new Break());
        watchdog = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "plinth-relay-watchdog");
            thread.setDaemon(true);
            return thread;
        });
    }

    static ArtemisConnection open(Broker broker, Clock clock, RelayLimits limits) throws BrokerUnavailableException {
        try {
            return new ArtemisConnection(broker, clock, limits);
        } catch (ActiveMQException failed) {
            if (failed.getType() == ActiveMQExceptionType.SECURITY_EXCEPTION) {
                throw new BrokerUnavailableException("it refuses user and password", failed);
            }
            throw new BrokerUnavailableException(reason(failed), failed);
        } catch (Exception failed) {
            throw new BrokerUnavailableException(reason(failed), failed);
        }
    }

    boolean isBroken() {
        return broken || spent || batch.isClosed() || single.isClosed();
    }

    /** Makes a durable queue where the address has none. */
    void ensureQueue(String destination) throws BrokerUnavailableException, ActiveMQException {
        Long knownUntil = queuesKnownUntilNanos.get(destination);
        if (knownUntil != null && System.nanoTime() - knownUntil < 0) {
            return;
        }
        try {
            SimpleString address = SimpleString.of(destination);
            if (single.addressQuery(address).getQueueNames().isEmpty()) {
                createQueue(address);
            }
        } catch (ActiveMQException failed) {
            throw outageOr(failed);
        }
        if (queuesKnownUntilNanos.size() >= DESTINATIONS_MAX) {
            queuesKnownUntilNanos.clear();
        }
        queuesKnownUntilNanos.put(destination, System.nanoTime() + QUEUE_KNOWN.toNanos());
    }

    private void createQueue(SimpleString address) throws ActiveMQException {
        try {
            single.createQueue(QueueConfiguration.of(address)
                    .setRoutingType(RoutingType.ANYCAST)
                    .setDurable(true)
                    .setAutoDelete(false));
        } catch (ActiveMQException failed) {
            // Another server may have been faster.
            if (failed.getType() != ActiveMQExceptionType.QUEUE_EXISTS) {
                throw failed;
            }
        }
    }

    @Override
    public Outcome publish(List<OutboxRow> events, Duration patience) throws BrokerUnavailableException {
        return guarded(patience, () -> {
            try {
                sendAll(events, patience);
                batch.commit();
                return new Outcome(events, List.of());
            } catch (ActiveMQException failed) {
                // Also an event that is published again ends here: Artemis then rolls back the whole transaction.
                ActiveMQException notAnOutage = outageOr(failed);
                LOG.debug("A batch was refused, now each event for itself.", notAnOutage);
                boolean isRolledBack = rollBack();
                Outcome outcome = publishEach(events);
                spent = !isRolledBack;
                return outcome;
            }
        });
    }

    /** Whether that worked: the late refusal of an event may come as the answer, and then no later answer can be trusted. */
    private boolean rollBack() throws BrokerUnavailableException {
        try {
            batch.rollback();
            return true;
        } catch (ActiveMQException failed) {
            LOG.debug("A refused batch cannot be rolled back; closing its session does that.", outageOr(failed));
            return false;
        }
    }

    /**
     * Sends without waiting for each, but for all of them: Artemis commits a transaction without the messages that it
     * refused, so only the acknowledgement of every single one proves that none is missing.
     */
    private void sendAll(List<OutboxRow> events, Duration patience)
            throws BrokerUnavailableException, ActiveMQException {
        Acknowledgements acknowledgements = new Acknowledgements(events.size());
        for (OutboxRow event : events) {
            ensureQueue(event.destination());
            sending = event.destination();
            batchProducer.send(SimpleString.of(event.destination()), message(batch, event), acknowledgements);
        }
        try {
            acknowledgements.await(patience);
            sending = "";
        } catch (ActiveMQException missing) {
            // They are taken in order, so the first that was not is what the others wait behind.
            sending = events.get(Math.min(acknowledgements.taken(), events.size() - 1))
                    .destination();
            throw missing;
        }
    }

    private Outcome publishEach(List<OutboxRow> events) throws BrokerUnavailableException {
        List<OutboxRow> published = new ArrayList<>(events.size());
        List<Refusal> refused = new ArrayList<>();
        Set<String> held = new HashSet<>();
        Set<String> blocked = new HashSet<>();
        for (OutboxRow event : events) {
            if (held.contains(event.orderingKey())) {
                continue;
            }
            if (blocked.contains(event.destination())) {
                held.add(event.orderingKey());
                continue;
            }
            try {
                ensureQueue(event.destination());
                sending = event.destination();
                singleProducer.send(event.destination(), message(single, event));
                sending = "";
                published.add(event);
            } catch (ActiveMQException failed) {
                ActiveMQException cause = outageOr(failed);
                if (cause.getType() == ActiveMQExceptionType.DUPLICATE_ID_REJECTED) {
                    published.add(event);
                    continue;
                }
                held.add(event.orderingKey());
                boolean isPoison = !NOT_THE_EVENTS_FAULT.contains(cause.getType());
                if (!isPoison) {
                    blocked.add(event.destination());
                }
                refused.add(new Refusal(event, reason(cause), isPoison));
            }
        }
        return new Outcome(published, refused);
    }

    @Override
    public String deadLetter(OutboxRow event, String reason) throws BrokerUnavailableException {
        return guarded(limits.publishTimeout(), () -> {
            try {
                ensureQueue(DEAD_LETTERS);
                ClientMessage message = message(single, event);
                message.setExpiration(0);
                message.putStringProperty(Message.HDR_ORIGINAL_ADDRESS.toString(), event.destination());
                message.putStringProperty(Message.HDR_ORIGINAL_QUEUE.toString(), event.destination());
                message.putStringProperty("plinth_reason", reason);
                singleProducer.send(DEAD_LETTERS, message);
                return "";
            } catch (ActiveMQException failed) {
                ActiveMQException cause = outageOr(failed);
                // It is there since a turn whose database transaction was rolled back.
                return cause.getType() == ActiveMQExceptionType.DUPLICATE_ID_REJECTED ? "" : reason(cause);
            }
        });
    }

    /** A JMS TextMessage to JMS clients. */
    private ClientMessage message(ClientSession session, OutboxRow event) {
        long now = clock.millis();
        ClientMessage message = session.createMessage(
                Message.TEXT_TYPE, true, now + limits.retention().toMillis(), now, PRIORITY);
        message.getBodyBuffer().writeNullableSimpleString(SimpleString.of(event.body()));
        message.putStringProperty(Message.HDR_DUPLICATE_DETECTION_ID.toString(), event.eventId());
        message.putStringProperty("JMSType", event.type());
        message.putStringProperty("content_type", CloudEventJson.CONTENT_TYPE);
        return message;
    }

    @FunctionalInterface
    private interface Work<T> {
        T run() throws BrokerUnavailableException, ActiveMQException;
    }

    /** Breaks the connection when the work takes too long: a broker out of space holds its senders for ever. */
    private <T> T guarded(Duration patience, Work<T> work) throws BrokerUnavailableException {
        sending = "";
        AtomicBoolean isOverdue = new AtomicBoolean();
        Future<?> guard = watchdog.schedule(
                () -> {
                    isOverdue.set(true);
                    abort();
                },
                patience.toNanos(),
                TimeUnit.NANOSECONDS);
        try {
            T result = work.run();
            if (broken) {
                throw new BrokerUnavailableException("the connection broke", new IllegalStateException());
            }
            return result;
        } catch (ActiveMQException | RuntimeException failed) {
            broken = true;
            throw isOverdue.get() ? overdue(patience, failed) : new BrokerUnavailableException(reason(failed), failed);
        } catch (BrokerUnavailableException failed) {
            throw isOverdue.get() ? overdue(patience, failed) : failed;
        } finally {
            guard.cancel(false);
        }
    }

    /** Senders are held for each destination by itself, so the one whose event did not get out is at fault. */
    private BrokerUnavailableException overdue(Duration patience, Exception failed) {
        return BrokerUnavailableException.stalled(Acknowledgements.blocked(patience), sending, failed);
    }

    private final class Break implements SessionFailureListener {
        @Override
        public void connectionFailed(ActiveMQException cause, boolean failedOver) {
            broken = true;
        }

        @Override
        public void connectionFailed(ActiveMQException cause, boolean failedOver, @Nullable String scaleDownNodeId) {
            broken = true;
        }

        @Override
        public void beforeReconnect(ActiveMQException cause) {
            broken = true;
        }
    }

    private void abort() {
        broken = true;
        factory.cleanup();
    }

    /** Passes on what the broker refused; throws when the broker itself is gone. */
    private ActiveMQException outageOr(ActiveMQException failed) throws BrokerUnavailableException {
        if (OUTAGES.contains(failed.getType()) || isBroken()) {
            broken = true;
            throw new BrokerUnavailableException(reason(failed), failed);
        }
        return failed;
    }

    private static String reason(Exception failed) {
        String message = failed.getMessage();
        return message == null ? failed.getClass().getSimpleName() : message.replaceAll("\\s+", " ");
    }

    @Override
    public void close() {
        watchdog.shutdownNow();
        if (isBroken()) {
            factory.cleanup();
        }
        locator.close();
    }
}
