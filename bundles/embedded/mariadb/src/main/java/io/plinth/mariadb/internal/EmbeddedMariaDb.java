package io.plinth.mariadb.internal;

import io.plinth.configuration.Range;
import io.plinth.health.StartupFailure;
import io.plinth.security.Secrets;
import io.plinth.tx.Database;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
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

/** Runs the embedded MariaDB unless an external database is configured, and registers it once it accepts connections. */
@Component(
        configurationPid = EmbeddedMariaDb.PID,
        immediate = true,
        service = {})
@Designate(ocd = MariaDbConfig.class)
public final class EmbeddedMariaDb {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedMariaDb.class);
    static final String PID = "io.plinth.mariadb";
    private static final String SECRET = "database-password";

    private final BundleContext context;
    private final Secrets secrets;

    @Reference(
            target = StartupFailure.FILTER,
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Consumer<String> startupFailure;

    private @Nullable MariaDbServer server;
    private @Nullable ServiceRegistration<Database> registration;
    private boolean isDeactivated;

    @Activate
    public EmbeddedMariaDb(BundleContext context, @Reference Secrets secrets) {
        this.context = context;
        this.secrets = secrets;
    }

    @Activate
    void activate(MariaDbConfig config) {
        if (context.getProperty("plinth.db.url") != null) {
            LOG.info("The embedded MariaDB stays off: an external database is configured");
            return;
        }
        // The start takes its time; the other bundles start meanwhile.
        Thread starter = new Thread(() -> start(config), "plinth-mariadb-start");
        starter.setDaemon(true);
        starter.start();
    }

    @Deactivate
    void deactivate() {
        MariaDbServer running;
        ServiceRegistration<Database> registered;
        synchronized (this) {
            isDeactivated = true;
            running = server;
            registered = registration;
            server = null;
            registration = null;
        }
        if (registered != null) {
            registered.unregister();
        }
        if (running != null) {
            running.stop();
        }
    }

    private void start(MariaDbConfig config) {
        try {
            MariaDbServer starting = new MariaDbServer(settings(config));
            synchronized (this) {
                if (isDeactivated) {
                    return;
                }
                server = starting;
            }
            starting.start();
            register(starting);
        } catch (MariaDbException | RuntimeException e) {
            fail(e);
        }
    }

    private void register(MariaDbServer started) {
        synchronized (this) {
            if (isDeactivated) {
                return;
            }
        }
        // Outside the lock, since the framework calls its listeners.
        ServiceRegistration<Database> registered =
                context.registerService(Database.class, new EmbeddedDatabase(started), null);
        boolean isLate;
        synchronized (this) {
            isLate = isDeactivated;
            if (!isLate) {
                registration = registered;
            }
        }
        if (isLate) {
            registered.unregister();
        }
    }

    private synchronized boolean isDeactivated() {
        return isDeactivated;
    }

    private void fail(Exception cause) {
        if (isDeactivated()) {
            LOG.debug("The start of MariaDB was broken off", cause);
            return;
        }
        String message = String.valueOf(cause.getMessage());
        LOG.error("The embedded database does not run: {}", message, cause);
        Consumer<String> failure = startupFailure;
        if (failure != null) {
            failure.accept(message);
        }
    }

    private MariaDbSettings settings(MariaDbConfig config) throws MariaDbException {
        String data = context.getProperty("plinth.data");
        if (data == null) {
            throw new MariaDbException("The property plinth.data is not set: start the server by its script");
        }
        Optional<Path> archiveFolder = Optional.ofNullable(context.getProperty("plinth.mariadb.archive.dir"))
                .map(Path::of);
        return new MariaDbSettings(
                Path.of(data),
                archiveFolder,
                port(),
                secrets.get(SECRET),
                ranged("buffer.pool.mib", config.buffer_pool_mib(), 16, 65_536),
                ranged("redo.log.mib", config.redo_log_mib(), 16, 16_384),
                ranged("connections.max", config.connections_max(), 10, 10_000),
                config.binary_log(),
                Duration.ofSeconds(ranged("start.timeout.seconds", config.start_timeout_seconds(), 5, 3_600)),
                Duration.ofSeconds(ranged("stop.timeout.seconds", config.stop_timeout_seconds(), 1, 600)));
    }

    private OptionalInt port() throws MariaDbException {
        String port = context.getProperty("plinth.db.port");
        if (port == null || port.isBlank()) {
            return OptionalInt.empty();
        }
        if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65_535) {
            throw new MariaDbException("PLINTH_DB_PORT is " + port + " but must be a port from 1 to 65535");
        }
        return OptionalInt.of(Integer.parseInt(port));
    }

    private static int ranged(String key, int value, int min, int max) {
        return Range.check(PID, key, value, min, max);
    }

    private record EmbeddedDatabase(MariaDbServer server) implements Database {
        @Override
        public String url() {
            return server.url();
        }

        @Override
        public String user() {
            return server.user();
        }

        @Override
        public String password() {
            return server.password();
        }

        @Override
        public String toString() {
            return "EmbeddedDatabase[" + server.url() + "]";
        }
    }
}
