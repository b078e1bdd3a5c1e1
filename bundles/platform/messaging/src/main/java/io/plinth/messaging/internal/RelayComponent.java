package io.plinth.messaging.internal;

import io.micrometer.core.instrument.MeterRegistry;
import io.plinth.event.Broker;
import io.plinth.health.Health;
import io.plinth.health.HealthCheck;
import io.plinth.health.StartupFailure;
import io.plinth.security.Secrets;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
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

/** The relay of this server, and its health. */
@Component(immediate = true, service = HealthCheck.class, configurationPid = "io.plinth.messaging")
@Designate(ocd = RelayConfig.class)
public final class RelayComponent implements HealthCheck, RelayWorker.Connected {
    private static final long STARTUP_NANOS = Duration.ofSeconds(10).toNanos();
    private static final Logger LOG = LoggerFactory.getLogger(RelayComponent.class);

    private final Optional<ExternalBroker> external;
    private final OutboxMetrics metrics;
    private final Destinations destinations;
    private final RelayWorker worker;
    private final long startedNanos = System.nanoTime();
    private boolean isStartupOver;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Broker embedded;

    @Reference(
            target = StartupFailure.FILTER,
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Consumer<String> startupFailure;

    @Activate
    public RelayComponent(
            BundleContext context,
            RelayConfig config,
            @Reference DataSource dataSource,
            @Reference JdbcOutbox outbox,
            @Reference Clock clock,
            @Reference MeterRegistry registry,
            @Reference Secrets secrets) {
        RelayLimits limits = RelayLimits.of(config);
        external = external(context, secrets);
        metrics = new OutboxMetrics(registry, clock);
        destinations = new Destinations(context, outbox::committed);
        worker = new RelayWorker(
                new RelayWorker.Parts(dataSource, outbox, clock, limits, metrics, this::broker, this::declared, this));
    }

    @Activate
    void start() {
        destinations.open();
        worker.start();
    }

    @Deactivate
    void stop() throws InterruptedException {
        destinations.close();
        worker.stop();
        metrics.close();
    }

    @Override
    public String name() {
        return "broker";
    }

    @Override
    public Health check() {
        String trouble = worker.trouble();
        return trouble.isEmpty()
                ? Health.UP
                : Health.down("Events wait in the outbox, since the message broker is in trouble: " + trouble);
    }

    @Override
    public void succeeded(Broker broker) {
        isStartupOver = true;
    }

    /** An external broker that cannot be reached at the start is a wrong setting; one that goes later comes back. */
    @Override
    public void failed(Broker broker, BrokerUnavailableException cause) {
        if (isStartupOver || external.isEmpty() || System.nanoTime() - startedNanos < STARTUP_NANOS) {
            return;
        }
        isStartupOver = true;
        Consumer<String> consumer = startupFailure;
        String line = "The message broker at " + Brokers.shown(broker.url()) + " cannot be used: " + cause.reason()
                + ". Check PLINTH_BROKER_URL, PLINTH_BROKER_USER and PLINTH_BROKER_PASSWORD, and that it runs.";
        if (consumer == null) {
            LOG.error("{}", line);
        } else {
            consumer.accept(line);
        }
    }

    private @Nullable Broker broker() {
        return external.isPresent() ? external.get() : embedded;
    }

    private Set<String> declared() {
        Set<String> names = destinations.names();
        names.forEach(metrics::counter);
        return names;
    }

    private static Optional<ExternalBroker> external(BundleContext context, Secrets secrets) {
        String url = context.getProperty("plinth.broker.url");
        if (url == null) {
            return Optional.empty();
        }
        String user = context.getProperty("plinth.broker.user");
        return Optional.of(new ExternalBroker(
                url, user == null ? "" : user, secrets.given("broker-password").orElse("")));
    }
}
