package io.plinth.itests.harness;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQNonExistentQueueException;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ActiveMQClient;
import org.apache.activemq.artemis.api.core.client.ClientConsumer;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.ClientSessionFactory;
import org.apache.activemq.artemis.api.core.client.ServerLocator;

/** Consumes the event queues of one broker over the CORE protocol, in order, and keeps what came. */
public final class EventTap implements AutoCloseable {
    public static final String USERS = "queue.users.events";
    public static final String EXAMPLE = "queue.example.events";
    public static final String TRANSACTIONS = "queue.transactions.events";
    private static final Duration QUEUE_LIMIT = Duration.ofSeconds(20);

    private final ServerLocator locator;
    private final ClientSessionFactory factory;
    private final ClientSession session;
    private final Map<String, ConcurrentLinkedQueue<Received>> received = Map.of(
            USERS, new ConcurrentLinkedQueue<>(),
            EXAMPLE, new ConcurrentLinkedQueue<>(),
            TRANSACTIONS, new ConcurrentLinkedQueue<>());

    /** One message: the CloudEvent and the broker's duplicate id. */
    public record Received(JsonNode event, String duplicateId) {
        public String id() {
            return event.path("id").asText();
        }

        public String type() {
            return event.path("type").asText();
        }

        public String subject() {
            return event.path("subject").asText();
        }
    }

    private EventTap(ServerLocator locator, ClientSessionFactory factory, ClientSession session) {
        this.locator = locator;
        this.factory = factory;
        this.session = session;
    }

    /** Connects and consumes all queues. */
    public static EventTap open(int port, String user, String password) {
        try {
            EventTap tap = connect(port, user, password);
            for (String queue : tap.received.keySet()) {
                // A broker creates a queue when the first event arrives, at the latest.
                Eventually.get(QUEUE_LIMIT, () -> tap.consume(queue));
            }
            return tap;
        } catch (ActiveMQException e) {
            throw new AssertionError("cannot connect to the broker on port " + port, e);
        }
    }

    /** Logs in, and no more. */
    public static EventTap connect(int port, String user, String password) throws ActiveMQException {
        ServerLocator locator = locator("tcp://127.0.0.1:" + port);
        try {
            ClientSessionFactory factory = locator.createSessionFactory();
            ClientSession session = factory.createSession(user, password, false, true, true, false, 0);
            session.start();
            return new EventTap(locator, factory, session);
        } catch (ActiveMQException e) {
            locator.close();
            throw e;
        } catch (Exception e) {
            locator.close();
            throw new AssertionError("cannot connect to port " + port, e);
        }
    }

    /** Events of one subject, in the order in which they came. */
    public List<Received> of(String queue, String subject) {
        return all(queue).stream()
                .filter(event -> event.subject().equals(subject))
                .toList();
    }

    public List<Received> all(String queue) {
        return List.copyOf(received.getOrDefault(queue, new ConcurrentLinkedQueue<>()));
    }

    public ClientSession session() {
        return session;
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (ActiveMQException brokerIsGone) {
            System.err.println("closing the tap: " + brokerIsGone.getMessage());
        } finally {
            factory.close();
            locator.close();
        }
    }

    private static ServerLocator locator(String url) {
        try {
            return ActiveMQClient.createServerLocator(url)
                    .setInitialConnectAttempts(1)
                    .setReconnectAttempts(0)
                    .setCallTimeout(10_000);
        } catch (Exception e) {
            throw new IllegalArgumentException(url, e);
        }
    }

    private boolean consume(String queue) throws ActiveMQException {
        ClientConsumer consumer;
        try {
            consumer = session.createConsumer(queue);
        } catch (ActiveMQNonExistentQueueException notYet) {
            throw new AssertionError("the broker has no " + queue, notYet);
        }
        consumer.setMessageHandler(message -> keep(queue, message));
        return true;
    }

    private void keep(String queue, ClientMessage message) {
        try {
            received.getOrDefault(queue, new ConcurrentLinkedQueue<>())
                    .add(new Received(
                            Call.JSON.readTree(body(message)),
                            String.valueOf(message.getStringProperty(Message.HDR_DUPLICATE_DETECTION_ID))));
            message.acknowledge();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ActiveMQException e) {
            throw new AssertionError("cannot acknowledge", e);
        }
    }

    private static byte[] body(ClientMessage message) {
        if (message.getType() == Message.TEXT_TYPE) {
            SimpleString text = message.getReadOnlyBodyBuffer().readNullableSimpleString();
            return String.valueOf(text).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        }
        byte[] bytes = new byte[message.getReadOnlyBodyBuffer().readableBytes()];
        message.getReadOnlyBodyBuffer().readBytes(bytes);
        return bytes;
    }
}
