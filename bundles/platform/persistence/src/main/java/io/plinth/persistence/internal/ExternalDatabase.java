package io.plinth.persistence.internal;

import io.plinth.health.StartupFailure;
import io.plinth.security.Secrets;
import io.plinth.tx.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.mariadb.jdbc.MariaDbDataSource;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registers the external database, if one is configured, once it has answered. */
@Component(
        configurationPid = "io.plinth.persistence",
        immediate = true,
        service = {})
public final class ExternalDatabase {
    private static final Logger LOG = LoggerFactory.getLogger(ExternalDatabase.class);
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(500);

    private final BundleContext context;
    private final Secrets secrets;
    private final CountDownLatch deactivated = new CountDownLatch(1);

    @Reference(
            target = StartupFailure.FILTER,
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Consumer<String> startupFailure;

    private @Nullable ServiceRegistration<Database> registration;

    @Activate
    public ExternalDatabase(BundleContext context, @Reference Secrets secrets) {
        this.context = context;
        this.secrets = secrets;
    }

    @Activate
    void activate(PersistenceConfig config) {
        String url = context.getProperty("plinth.db.url");
        if (url == null) {
            return;
        }
        Thread prober = new Thread(() -> probe(url, config), "plinth-database-probe");
        prober.setDaemon(true);
        prober.start();
    }

    @Deactivate
    void deactivate() {
        deactivated.countDown();
        ServiceRegistration<Database> registered;
        synchronized (this) {
            registered = registration;
            registration = null;
        }
        if (registered != null) {
            registered.unregister();
        }
    }

    private void probe(String url, PersistenceConfig config) {
        try {
            String user = context.getProperty("plinth.db.user");
            Address address = new Address(
                    url,
                    user == null ? "plinth" : user,
                    secrets.given("db-password").orElse(""));
            Duration timeout = Duration.ofSeconds(
                    PoolSettings.ranged("start.timeout.seconds", config.start_timeout_seconds(), 1, 600));
            PoolSettings settings = PoolSettings.of(config);
            long end = System.nanoTime() + timeout.toNanos();
            boolean isReported = false;
            String failure = tryOnce(address, settings);
            while (!failure.isEmpty()) {
                if (!isReported && System.nanoTime() > end) {
                    isReported = true;
                    fail(failure);
                }
                if (deactivated.await(BETWEEN_ATTEMPTS.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
                failure = tryOnce(address, settings);
            }
            register(address);
        } catch (IllegalArgumentException e) {
            fail(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void register(Address address) {
        if (deactivated.getCount() > 0) {
            registration = context.registerService(Database.class, address, null);
        }
    }

    private void fail(String message) {
        LOG.error("{}", message);
        Consumer<String> failure = startupFailure;
        if (failure != null) {
            failure.accept(message);
        }
    }

    /** What is wrong; empty when the database answers. */
    static String tryOnce(Address address, PoolSettings settings) {
        JdbcUrl url = new JdbcUrl(address.url());
        try {
            MariaDbDataSource source = new MariaDbDataSource(url.pooled(settings));
            source.setUser(address.user());
            source.setPassword(address.password());
            try (Connection connection = source.getConnection()) {
                return connection.isValid(2) ? "" : "The database at " + url.shown() + " does not answer";
            }
        } catch (SQLException e) {
            LOG.debug("Attempt to reach {} failed", url.shown(), e);
            return explain(url.shown(), address.user(), e);
        }
    }

    private static String explain(String url, String user, SQLException e) {
        return switch (e.getErrorCode()) {
            case 1045, 1698 ->
                "The database at " + url + " refuses user " + user + ": check PLINTH_DB_USER and PLINTH_DB_PASSWORD";
            case 1044 -> "The database at " + url + " gives user " + user + " no access to this schema: GRANT it";
            case 1049 -> "The server at " + url + " has no such database: CREATE DATABASE it, or correct PLINTH_DB_URL";
            case 1193 -> "The server at " + url + " is too old or no MariaDB: " + e.getMessage();
            default ->
                "The database at " + url + " cannot be reached (" + e.getMessage()
                        + "): start it, or correct PLINTH_DB_URL";
        };
    }

    /** The configured address. */
    record Address(String url, String user, String password) implements Database {
        @Override
        public String toString() {
            return "Address[" + new JdbcUrl(url).shown() + "]";
        }
    }
}
