package io.plinth.messaging.internal;

import io.plinth.event.Broker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQExceptionType;
import org.apache.activemq.artemis.api.core.ActiveMQSecurityException;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ActiveMQClient;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.ServerLocator;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.ServerSession;
import org.apache.activemq.artemis.core.server.impl.ActiveMQServerImpl;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerMessagePlugin;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerQueuePlugin;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.core.transaction.Transaction;

/** An Artemis of our own settings, not those of the embedded one: the relay has to get along with any. */
final class TestBroker {
    /** A message with this in its JMS type is refused by the broker. */
    static final String POISON = "io.plinth.poison";

    /** A queue that nobody may make. */
    static final String FORBIDDEN = "queue.forbidden.events";

    private final Path folder;
    private final int port;
    private ActiveMQServerImpl server;

    TestBroker(Path folder) throws Exception {
        this.folder = folder;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        } catch (IOException noPort) {
            throw new IllegalStateException(noPort);
        }
        start();
    }

    void start() throws Exception {
        ConfigurationImpl configuration = new ConfigurationImpl();
        configuration
                .setPersistenceEnabled(true)
                .setSecurityEnabled(false)
                .setJMXManagementEnabled(false)
                .setJournalType(JournalType.NIO)
                .setJournalFileSize(1 << 20)
                .setJournalDirectory(folder.resolve("journal").toString())
                .setBindingsDirectory(folder.resolve("bindings").toString())
                .setPagingDirectory(folder.resolve("paging").toString())
                .setLargeMessagesDirectory(folder.resolve("large").toString())
                .setIDCacheSize(20_000)
                .setMaxDiskUsage(100);
        configuration.addAcceptorConfiguration("core", "tcp://127.0.0.1:" + port + "?protocols=CORE;useEpoll=false");
        configuration.addAddressSetting(
                "queue.blocked.#",
                new AddressSettings()
                        .setMaxSizeBytes(100_000)
                        .setAddressFullMessagePolicy(AddressFullMessagePolicy.BLOCK));
        configuration.addAddressSetting(
                "queue.full.#",
                new AddressSettings()
                        .setMaxSizeBytes(20_000)
                        .setAddressFullMessagePolicy(AddressFullMessagePolicy.FAIL));
        configuration.addQueueConfiguration(QueueConfiguration.of("queue.worker.events")
                .setRoutingType(RoutingType.ANYCAST)
                .setDurable(true));
        configuration.registerBrokerPlugin(new PoisonPlugin());
        server = new ActiveMQServerImpl(configuration);
        server.start();
    }

    void stop() throws Exception {
        server.stop();
    }

    Broker address() {
        return new ExternalBroker("tcp://127.0.0.1:" + port, "any", "any");
    }

    /** Takes what arrives in the queue until the number is reached, or nothing more comes. */
    List<Received> drain(String queue, int number) throws Exception {
        List<Received> received = new ArrayList<>();
        try (ServerLocator locator = ActiveMQClient.createServerLocator("tcp://127.0.0.1:" + port);
                var factory = locator.createSessionFactory();
                ClientSession session = factory.createSession(true, true)) {
            session.start();
            try (var consumer = session.createConsumer(queue)) {
                for (ClientMessage message = consumer.receive(5_000); message != null; ) {
                    received.add(Received.of(message));
                    message.acknowledge();
                    // Beyond the number only what should not be there can come: no need to wait long for it.
                    message = consumer.receive(received.size() < number ? 5_000 : 200);
                }
            }
        }
        return received;
    }

    boolean hasQueue(String queue) {
        return server.locateQueue(SimpleString.of(queue)) != null;
    }

    record Received(String id, String body, ClientMessage message) {
        static Received of(ClientMessage message) {
            SimpleString text = message.getBodyBuffer().readNullableSimpleString();
            return new Received(
                    message.getStringProperty(Message.HDR_DUPLICATE_DETECTION_ID), String.valueOf(text), message);
        }
    }

    private static final class PoisonPlugin implements ActiveMQServerMessagePlugin, ActiveMQServerQueuePlugin {
        @Override
        public void beforeCreateQueue(QueueConfiguration queue) throws ActiveMQException {
            if (FORBIDDEN.equals(String.valueOf(queue.getName()))) {
                throw new ActiveMQSecurityException("no right to make it");
            }
        }

        @Override
        public void beforeSend(
                ServerSession session, Transaction tx, Message message, boolean direct, boolean noAutoCreateQueue)
                throws ActiveMQException {
            if (POISON.equals(message.getStringProperty("JMSType")) && !"DLQ".equals(message.getAddress())) {
                throw new ActiveMQException(ActiveMQExceptionType.GENERIC_EXCEPTION, "this is poison");
            }
        }
    }
}
