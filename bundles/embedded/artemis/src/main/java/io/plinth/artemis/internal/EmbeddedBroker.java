package io.plinth.artemis.internal;

import com.github.benmanes.caffeine.cache.Ticker;
import io.plinth.event.Broker;
import io.plinth.health.StartupFailure;
import io.plinth.security.ClientAuthenticator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.activemq.artemis.core.server.impl.ActiveMQServerImpl;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the embedded broker running, and registers it as {@link Broker} while it accepts connections. A broker that shut
 * itself down because its disk failed is started again until that works.
 */
@Component(
        configurationPid = "io.plinth.artemis",
        immediate = true,
        service = {})
@Designate(ocd = BrokerConfig.class)
public final class EmbeddedBroker {
    private static final String PORT_DEFAULT = "61616";
    private static final long RESTART_SECONDS = 15;

    /** With the 30 s for which a login is remembered, a removed client is out after less than a minute. */
    private static final long WELCOME_SECONDS = 20;

    private static final long STOP_SECONDS = 30;
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);

    private final BundleContext context;
    private final BrokerLimits limits;
    private final int port;
    private final LocalBroker broker;
    private final ClientSecurity security;
    private final Semaphore failed = new Semaphore(0);
    private final CountDownLatch stop = new CountDownLatch(1);
    private final @Nullable Thread thread;

    @Reference(
            target = StartupFailure.FILTER,
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Consumer<String> startupFailure;

    @Activate
    public EmbeddedBroker(BundleContext context, BrokerConfig config) {
        this.context = context;
        this.limits = BrokerLimits.of(config);
        this.port = port(context.getProperty("plinth.broker.port"));
        this.broker = LocalBroker.on(port);
        this.security = new ClientSecurity(broker, Ticker.systemTicker());
        boolean isExternal = context.getProperty("plinth.broker.url") != null;
        this.thread = isExternal ? null : new Thread(this::run, "plinth-broker");
    }

    /** Off the activation thread: opening a journal takes a second, and nobody else needs to wait for it. */
    @Activate
    void start() {
        if (thread != null) {
            thread.setContextClassLoader(ActiveMQServerImpl.class.getClassLoader());
            thread.start();
        }
    }

    @Deactivate
    void stop() throws InterruptedException {
        stop.countDown();
        failed.release();
        if (thread != null) {
            thread.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindClients(ClientAuthenticator clients) {
        security.use(clients);
    }

    void unbindClients(ClientAuthenticator clients) {
        security.use(null);
    }

    private void run() {
        Path folder = Path.of(context.getProperty("plinth.data"), "artemis");
        try {
            do {
                serve(folder);
            } while (!stop.await(RESTART_SECONDS, TimeUnit.SECONDS));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(Path folder) throws InterruptedException {
        if (stop.getCount() == 0) {
            return;
        }
        failed.drainPermits();
        try (EmbeddedServer server = EmbeddedServer.start(folder, port, limits, security, this::onCriticalFailure)) {
            ServiceRegistration<Broker> registration = context.registerService(Broker.class, broker, null);
            try {
                LOG.info("Artemis {} accepts connections at {}.", server.version(), broker.url());
                while (stop.getCount() > 0 && !failed.tryAcquire(WELCOME_SECONDS, TimeUnit.SECONDS)) {
                    server.closeUnwelcome();
                }
            } finally {
                registration.unregister();
            }
        } catch (BrokerStartException cannotStart) {
            report(String.valueOf(cannotStart.getMessage()), cannotStart);
        } catch (IOException unclean) {
            LOG.warn("{}", unclean.getMessage());
        }
    }

    private void report(String line, Exception cause) {
        // Also in the log: once the start is over nobody shows what the consumer is told.
        LOG.error("{}", line);
        LOG.debug("The embedded message broker cannot start.", cause);
        Consumer<String> consumer = startupFailure;
        if (consumer != null) {
            consumer.accept(line);
        }
    }

    private void onCriticalFailure(String what) {
        LOG.error(
                "The embedded message broker stopped, since its disk failed: {}. Events wait in the outbox. It is started"
                        + " again every {} s; check space and health of the disk.",
                what,
                RESTART_SECONDS);
        failed.release();
    }

    private static int port(@Nullable String property) {
        String text = property == null ? PORT_DEFAULT : property;
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > 65_535) {
            throw new IllegalArgumentException("PLINTH_BROKER_PORT must be a port from 1 to 65535, but is: " + text);
        }
        return Integer.parseInt(text);
    }
}
