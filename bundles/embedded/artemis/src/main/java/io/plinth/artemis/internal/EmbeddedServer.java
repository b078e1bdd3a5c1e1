package io.plinth.artemis.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.ServerSession;
import org.apache.activemq.artemis.core.server.impl.ActiveMQServerImpl;
import org.apache.activemq.artemis.core.server.impl.ServiceRegistryImpl;
import org.apache.activemq.artemis.spi.core.remoting.Acceptor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of the Artemis server, from its start to its stop. */
final class EmbeddedServer implements AutoCloseable {
    private static final long ACTIVATION_SECONDS = 60;
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedServer.class);

    private final ActiveMQServer server;
    private final ClientSecurity security;
    private final Path folder;
    private final int port;
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    private EmbeddedServer(
            Path folder, int port, BrokerLimits limits, ClientSecurity security, CriticalFailure onCriticalFailure) {
        this.folder = folder;
        this.port = port;
        this.security = security;
        Configuration configuration = ArtemisSettings.of(folder, port, limits);
        ServiceRegistryImpl registry = new ServiceRegistryImpl();
        registry.addIncomingInterceptor(new ClusterPacketRefusal());
        server = new ActiveMQServerImpl(configuration, null, security, null, registry);
        server.registerActivationFailureListener(failure::set);
        server.registerIOCriticalErrorListener((cause, message, file) ->
                onCriticalFailure.happened(message + (file == null ? "" : " (" + file + ")") + ": " + cause));
    }

    /** Told when the broker shut itself down, since its disk failed. */
    @FunctionalInterface
    interface CriticalFailure {
        void happened(String what);
    }

    /**
     * Starts a broker and returns once it accepts connections.
     *
     * @throws BrokerStartException with one line that says what is wrong, where, and what to do
     */
    static EmbeddedServer start(
            Path folder, int port, BrokerLimits limits, ClientSecurity security, CriticalFailure onCriticalFailure)
            throws BrokerStartException, InterruptedException {
        requireFolder(folder);
        requirePort(port);
        EmbeddedServer started = new EmbeddedServer(folder, port, limits, security, onCriticalFailure);
        try {
            started.start();
            return started;
        } catch (BrokerStartException | InterruptedException | RuntimeException failed) {
            started.closeAfter(failed);
            throw failed;
        }
    }

    private void start() throws BrokerStartException, InterruptedException {
        try {
            server.start();
            if (failure.get() == null && !server.waitForActivation(ACTIVATION_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("not active after " + ACTIVATION_SECONDS + " s");
            }
        } catch (InterruptedException stopped) {
            throw stopped;
        } catch (Exception failed) {
            failure.compareAndSet(null, failed);
        }
        Exception cause = failure.get();
        if (cause != null) {
            throw new BrokerStartException(
                    "The embedded message broker cannot open its journal in " + folder + ": " + reason(cause)
                            + ". Either another server uses this data folder, or a file in it is unreadable or damaged.",
                    cause);
        }
        Acceptor acceptor = server.getRemotingService().getAcceptor(ArtemisSettings.ACCEPTOR);
        if (acceptor == null || !acceptor.isStarted()) {
            throw portTaken(port, new IOException("the acceptor did not start"));
        }
    }

    /** Closes the connections of clients that were removed or lost their roles; a login is only checked when it is made. */
    void closeUnwelcome() {
        Set<String> users = server.getSessions().stream()
                .map(ServerSession::getValidatedUser)
                .filter(Objects::nonNull)
                .filter(user -> !security.isStillWelcome(user))
                .collect(Collectors.toUnmodifiableSet());
        for (String user : users) {
            try {
                server.getActiveMQServerControl().closeConnectionsForUser(user);
                LOG.info("Closed the connections of {}, which may no longer use the broker", user);
            } catch (Exception failed) {
                LOG.warn("The connections of {}, which may no longer use the broker, stay open", user, failed);
            }
        }
    }

    String version() {
        return server.getVersion().getFullVersion();
    }

    private static void requireFolder(Path folder) throws BrokerStartException {
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, "probe", ".tmp"));
        } catch (IOException unwritable) {
            throw new BrokerStartException(
                    "The embedded message broker cannot write to its folder " + folder + ": " + unwritable
                            + ". Give the server the right to write there, or set PLINTH_DATA to another folder.",
                    unwritable);
        }
    }

    /** Artemis only logs that its port is taken, so it is tried before. */
    private static void requirePort(int port) throws BrokerStartException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(ArtemisSettings.HOST, port));
        } catch (IOException taken) {
            throw portTaken(port, taken);
        }
    }

    private static BrokerStartException portTaken(int port, IOException cause) {
        return new BrokerStartException(
                "The embedded message broker cannot listen on " + ArtemisSettings.HOST + ":" + port + ": "
                        + cause.getMessage()
                        + ". Stop the program that listens there, or set PLINTH_BROKER_PORT to another port.",
                cause);
    }

    private static String reason(Exception cause) {
        String message = cause.getMessage();
        return cause.getClass().getSimpleName() + (message == null ? "" : ", " + message.replaceAll("\\s+", " "));
    }

    private void closeAfter(Exception failed) {
        try {
            close();
        } catch (IOException alsoFailed) {
            failed.addSuppressed(alsoFailed);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            server.stop();
        } catch (Exception failed) {
            throw new IOException("The embedded message broker did not stop cleanly: " + failed.getMessage(), failed);
        }
    }
}
