package io.plinth.artemis.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.Ticker;
import io.plinth.problem.ProblemException;
import io.plinth.security.ClientAuthenticator;
import io.plinth.security.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQSecurityException;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.apache.activemq.artemis.api.core.client.ActiveMQClient;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientRequestor;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.ClientSessionFactory;
import org.apache.activemq.artemis.api.core.client.ServerLocator;
import org.apache.activemq.artemis.api.core.management.ManagementHelper;
import org.apache.activemq.artemis.core.config.federation.FederationDownstreamConfiguration;
import org.apache.activemq.artemis.core.protocol.core.CoreRemotingConnection;
import org.apache.activemq.artemis.core.protocol.core.impl.wireformat.FederationDownstreamConnectMessage;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyConnectorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedServerTest {
    static final BrokerLimits LIMITS = new BrokerLimits(16 << 20, 1 << 20, 16 << 20, 100, 3, 0, 20_000, 5);
    private static final String QUEUE = "queue.test.events";

    @TempDir
    Path folder;

    private final int port = freePort();
    private final LocalBroker platform = LocalBroker.on(port);
    private final ClientSecurity security = new ClientSecurity(platform, Ticker.systemTicker());
    private final Map<String, Set<Role>> roles =
            new ConcurrentHashMap<>(Map.of("a", Set.of(Role.ADMIN), "s", Set.of(Role.SERVICE), "u", Set.of(Role.USER)));
    private volatile boolean isAway;
    private EmbeddedServer server;

    @BeforeEach
    void start() throws Exception {
        security.use(new KnownClients());
        server = EmbeddedServer.start(folder, port, LIMITS, security, what -> {});
        try (Client client = new Client(port, platform.user(), platform.password())) {
            client.session.createQueue(QueueConfiguration.of(QUEUE)
                    .setRoutingType(RoutingType.ANYCAST)
                    .setDurable(true));
        }
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void serviceAndAdminSendAndConsume() throws Exception {
        for (String id : Set.of("a", "s")) {
            try (Client client = new Client(port, id, id + "-secret")) {
                client.send(QUEUE, id);
                assertThat(client.receive(QUEUE)).isEqualTo(id);
            }
        }
    }

    @Test
    void nobodyElseLogsIn() {
        assertRefused("u", "u-secret");
        assertRefused("s", "wrong");
        assertRefused("unknown", "unknown-secret");
        assertRefused(null, null);
        assertRefused("", "");
        assertRefused(platform.user(), "wrong");
        assertRefused("ACTIVEMQ.CLUSTER.ADMIN.USER", "CHANGE ME!!");
        security.use(null);
        assertRefused("s", "s-secret");
    }

    /** One that was removed, and one whose user was closed; a login is only checked when it is made. */
    @Test
    void whoIsNoLongerWelcomeIsDisconnected() throws Exception {
        try (Client service = new Client(port, "s", "s-secret");
                Client admin = new Client(port, "a", "a-secret");
                Client own = new Client(port, platform.user(), platform.password())) {
            server.closeUnwelcome();
            service.send(QUEUE, "the control");
            assertThat(service.receive(QUEUE)).isEqualTo("the control");

            roles.remove("s");
            server.closeUnwelcome();

            assertThatThrownBy(() -> service.send(QUEUE, "late")).isInstanceOf(ActiveMQException.class);
            admin.send(QUEUE, "stays");
            assertThat(own.receive(QUEUE)).isEqualTo("stays");
        }
    }

    /** While nobody can tell, everybody stays. */
    @Test
    void anOutageDisconnectsNobody() throws Exception {
        try (Client service = new Client(port, "s", "s-secret")) {
            isAway = true;
            server.closeUnwelcome();
            security.use(null);
            server.closeUnwelcome();

            isAway = false;
            security.use(new KnownClients());
            service.send(QUEUE, "stays");
            assertThat(service.receive(QUEUE)).isEqualTo("stays");
        }
    }

    private final class KnownClients implements ClientAuthenticator {
        @Override
        public Optional<Set<Role>> authenticate(String id, String secret) {
            return secret.equals(id + "-secret") ? rolesNow(id) : Optional.empty();
        }

        @Override
        public Optional<Set<Role>> rolesNow(String id) {
            if (isAway) {
                throw ProblemException.unavailable("no database", null, null);
            }
            return Optional.ofNullable(roles.get(id));
        }
    }

    @Test
    void onlyAnAdminManages() throws Exception {
        try (Client client = new Client(port, "a", "a-secret")) {
            assertThat(client.version()).startsWith("2.");
        }
        try (Client client = new Client(port, "s", "s-secret")) {
            assertThatThrownBy(client::version).isInstanceOf(ActiveMQSecurityException.class);
            assertThatThrownBy(() -> client.session.createQueue(QueueConfiguration.of("queue.other")))
                    .isInstanceOf(ActiveMQSecurityException.class);
            assertThatThrownBy(() -> client.session.deleteQueue(QUEUE)).isInstanceOf(ActiveMQSecurityException.class);
        }
    }

    @Test
    void messagesAndEventIdsSurviveARestart() throws Exception {
        try (Client client = new Client(port, "s", "s-secret")) {
            client.send(QUEUE, "once");
        }
        server.close();
        server = EmbeddedServer.start(folder, port, LIMITS, security, what -> {});
        try (Client client = new Client(port, "s", "s-secret")) {
            client.send(QUEUE, "once");
            client.send(QUEUE, "other");
            assertThat(client.receive(QUEUE)).isEqualTo("once");
            assertThat(client.receive(QUEUE)).isEqualTo("other");
        }
    }

    @Test
    void messageThatIsNeverAcceptedEndsInDeadLetters() throws Exception {
        try (Client client = new Client(port, "s", "s-secret")) {
            client.send(QUEUE, "poison");
            for (int attempt = 0; attempt < LIMITS.maxDeliveryAttempts(); attempt++) {
                client.giveBack(QUEUE);
            }
            assertThat(client.receive(ArtemisSettings.DEAD_LETTERS)).isEqualTo("poison");
        }
    }

    @Test
    void messageWithoutAQueueEndsInDeadLetters() throws Exception {
        try (Client client = new Client(port, "a", "a-secret")) {
            client.session.createAddress(
                    org.apache.activemq.artemis.api.core.SimpleString.of("nowhere"), RoutingType.ANYCAST, false);
            client.send("nowhere", "lost");
            assertThat(client.receive(ArtemisSettings.DEAD_LETTERS)).isEqualTo("lost");
        }
    }

    /** CVE-2026-27446: the broker would connect to an address of the sender's choice, before any login. */
    @Test
    void strangerCannotMakeTheBrokerConnectElsewhere() throws Exception {
        try (ServerLocator locator = ActiveMQClient.createServerLocator("tcp://127.0.0.1:" + port)
                        .setCallTimeout(3_000);
                ClientSessionFactory factory = locator.createSessionFactory()) {
            CoreRemotingConnection connection = (CoreRemotingConnection) factory.getConnection();
            connection.getChannel(21, -1).send(federation(freePort()));
            // The connection is gone: even the right login does not help any more.
            assertThatThrownBy(() -> factory.createSession("s", "s-secret", false, true, true, false, 1))
                    .isInstanceOf(ActiveMQException.class);
        }
    }

    private static FederationDownstreamConnectMessage federation(int targetPort) {
        FederationDownstreamConfiguration downstream = new FederationDownstreamConfiguration();
        downstream.setName("stranger");
        downstream.getConnectionConfiguration().setStaticConnectors(List.of("target"));
        downstream.setUpstreamConfiguration(new TransportConfiguration(
                NettyConnectorFactory.class.getName(), Map.of("host", "127.0.0.1", "port", targetPort), "target"));
        FederationDownstreamConnectMessage message = new FederationDownstreamConnectMessage();
        message.setName("stranger");
        message.setStreamConfiguration(downstream);
        message.setFederationPolicyMap(Map.of());
        message.setTransformerConfigurationMap(Map.of());
        return message;
    }

    @Test
    void takenPortIsOneLine(@TempDir Path other) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> EmbeddedServer.start(other, taken.getLocalPort(), LIMITS, security, what -> {}))
                    .isInstanceOf(BrokerStartException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
                    .hasMessageContaining("PLINTH_BROKER_PORT")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void journalInUseIsOneLine() {
        int free = freePort();
        assertThatThrownBy(() -> EmbeddedServer.start(folder, free, LIMITS, security, what -> {}))
                .isInstanceOf(BrokerStartException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageNotContaining("\n");
        // The attempt must not have harmed the broker that holds the journal.
        assertThatThrownBy(() -> new Client(port, "s", "wrong")).isInstanceOf(ActiveMQSecurityException.class);
    }

    private void assertRefused(String user, String password) {
        assertThatThrownBy(() -> new Client(port, user, password))
                .as("login of %s", user)
                .isInstanceOf(ActiveMQSecurityException.class);
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException noPort) {
            throw new IllegalStateException(noPort);
        }
    }

    /** A CORE client. */
    private static final class Client implements AutoCloseable {
        private final ServerLocator locator;
        private final ClientSessionFactory factory;
        private final ClientSession session;

        Client(int port, String user, String password) throws Exception {
            locator = ActiveMQClient.createServerLocator("tcp://127.0.0.1:" + port);
            try {
                factory = locator.createSessionFactory();
                session = factory.createSession(user, password, false, true, true, false, 1);
                session.start();
            } catch (ActiveMQException refused) {
                locator.close();
                throw refused;
            }
        }

        void send(String queue, String id) throws ActiveMQException {
            ClientMessage message = session.createMessage(true);
            message.putStringProperty("_AMQ_DUPL_ID", id);
            try (var producer = session.createProducer(queue)) {
                producer.send(message);
            }
        }

        String receive(String queue) throws ActiveMQException {
            try (var consumer = session.createConsumer(queue)) {
                ClientMessage message = consumer.receive(5_000);
                message.acknowledge();
                return message.getStringProperty("_AMQ_DUPL_ID");
            }
        }

        void giveBack(String queue) throws ActiveMQException {
            try (ClientSession transacted = factory.createSession("s", "s-secret", false, true, false, false, 1)) {
                transacted.start();
                transacted.createConsumer(queue).receive(5_000).acknowledge();
                transacted.rollback();
            }
        }

        String version() throws Exception {
            ClientRequestor requestor = new ClientRequestor(session, "activemq.management");
            try {
                ClientMessage question = session.createMessage(false);
                ManagementHelper.putAttribute(question, "broker", "version");
                return (String) ManagementHelper.getResult(requestor.request(question, 5_000));
            } finally {
                requestor.close();
            }
        }

        @Override
        public void close() throws ActiveMQException {
            session.close();
            locator.close();
        }
    }
}
