package io.plinth.issuer.internal;

import com.github.benmanes.caffeine.cache.Ticker;
import io.plinth.health.Health;
import io.plinth.health.HealthCheck;
import io.plinth.health.StartupFailure;
import io.plinth.problem.ProblemException;
import io.plinth.security.ClientAuthenticator;
import io.plinth.security.PasswordHasher;
import io.plinth.security.Role;
import io.plinth.security.Secrets;
import io.plinth.security.TokenIssuer;
import io.plinth.security.UserDirectory;
import io.plinth.tx.Transactions;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
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

/**
 * The issuer in this server. It prepares itself in the background, since the database may go away at any moment: keys and
 * first client are tried for every second until they are there, and the keys are read again every ten, since another server
 * may have made one.
 */
@Component(
        enabled = false,
        immediate = true,
        configurationPid = "io.plinth.issuer",
        service = {EmbeddedIssuer.class, TokenIssuer.class, ClientAuthenticator.class, HealthCheck.class})
@Designate(ocd = IssuerConfig.class)
public final class EmbeddedIssuer implements TokenIssuer, ClientAuthenticator, HealthCheck {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedIssuer.class);
    private static final int RETRY_SECONDS = 1;
    private static final int REFRESH_SECONDS = 10;

    private final IssuerSettings settings;
    private final Clients clients;
    private final KeyRing keys;
    private final TokenMint mint;
    private final Secrets secrets;
    private final @Nullable Consumer<String> startupFailure;
    private final ScheduledThreadPoolExecutor background;
    private final CountDownLatch prepared = new CountDownLatch(1);
    private final AtomicReference<@Nullable UserDirectory> users = new AtomicReference<>();
    private volatile String problem = "The signing keys have not been read yet.";

    @Activate
    public EmbeddedIssuer(
            BundleContext context,
            IssuerConfig config,
            @Reference Clock clock,
            @Reference Secrets secrets,
            @Reference PasswordHasher hasher,
            @Reference Transactions transactions,
            @Reference(
                            service = Consumer.class,
                            target = StartupFailure.FILTER,
                            cardinality = ReferenceCardinality.OPTIONAL)
                    @Nullable
                    Consumer<String> startupFailure) {
        this(
                settings(config, context, startupFailure),
                clock,
                secrets,
                hasher,
                new JdbcIssuerStore(transactions),
                startupFailure);
        background.execute(this::prepare);
    }

    /** Prepares nothing by itself: a test calls {@link #prepare}. */
    <S extends ClientStore & SigningKeyStore> EmbeddedIssuer(
            IssuerSettings settings,
            Clock clock,
            Secrets secrets,
            PasswordHasher hasher,
            S store,
            @Nullable Consumer<String> startupFailure) {
        this.settings = settings;
        this.secrets = secrets;
        this.startupFailure = startupFailure;
        Ticker ticker = Ticker.systemTicker();
        this.clients = new Clients(
                store,
                new ClientSecrets(hasher, ticker),
                new FailureLimit(settings.failuresPerMinute(), ticker),
                clock,
                () -> Optional.ofNullable(users.get()));
        this.keys = new KeyRing(store, cipher(secrets, startupFailure), clock);
        this.mint = new TokenMint(settings, clients, keys, clock);
        this.background = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "plinth-issuer");
            thread.setDaemon(true);
            return thread;
        });
    }

    public Clients clients() {
        return clients;
    }

    public TokenMint mint() {
        return mint;
    }

    /** Public keys, for the JWK Set. */
    public List<PublicJwk> publicKeys() {
        return keys.keys().publicKeys();
    }

    @Override
    public String issuer() {
        return settings.issuer();
    }

    @Override
    public String jwks() {
        return keys.keys().jwks();
    }

    @Override
    public boolean isClientActive(String clientId) {
        return clients.find(clientId).isPresent();
    }

    @Override
    public Optional<Set<Role>> authenticate(String clientId, String clientSecret) {
        try {
            return clients.rolesNow(clients.authenticate(clientId, List.of(clientSecret)));
        } catch (OAuthException refused) {
            LOG.debug("Client refused: {}", refused.description());
            return Optional.empty();
        }
    }

    @Override
    public Optional<Set<Role>> rolesNow(String clientId) {
        return clients.find(clientId).flatMap(clients::rolesNow);
    }

    @Override
    public String name() {
        return "issuer";
    }

    @Override
    public Health check() {
        return prepared.getCount() == 0 ? Health.UP : Health.down(problem);
    }

    /** One attempt to get keys and first client ready; the next follows by itself. */
    void prepare() {
        boolean isPrepared = prepared.getCount() == 0;
        try {
            keys.load();
            if (!isPrepared) {
                clients.ensureAdminClient(secrets);
                prepared.countDown();
                LOG.info("The issuer {} is ready", settings.issuer());
            }
        } catch (ProblemException unavailable) {
            // The database is away: its own health check and log say so.
            LOG.debug("Issuer waits: {}", unavailable.detail(), unavailable);
            problem = "The signing keys cannot be read from the database: " + unavailable.detail();
        } catch (RuntimeException failure) {
            report(failure, isPrepared);
        }
        schedule();
    }

    private static IssuerSettings settings(
            IssuerConfig config, BundleContext context, @Nullable Consumer<String> startupFailure) {
        try {
            return IssuerSettings.of(config, context.getProperty("plinth.https.port"));
        } catch (IllegalArgumentException wrong) {
            if (startupFailure != null) {
                startupFailure.accept(String.valueOf(wrong.getMessage()));
            }
            throw wrong;
        }
    }

    private static KeyCipher cipher(Secrets secrets, @Nullable Consumer<String> startupFailure) {
        try {
            return new KeyCipher(secrets.get("issuer-key-encryption-key"));
        } catch (IllegalStateException unreadable) {
            if (startupFailure != null) {
                startupFailure.accept(String.valueOf(unreadable.getMessage()));
            }
            throw unreadable;
        }
    }

    private void report(RuntimeException failure, boolean isPrepared) {
        String line = "The issuer cannot read or make its keys and first client: " + failure.getMessage();
        if (!line.equals(problem)) {
            LOG.error("{}", line, failure);
        }
        problem = line;
        if (!isPrepared && startupFailure != null && failure instanceof IllegalStateException) {
            startupFailure.accept(line);
        }
    }

    private void schedule() {
        if (!background.isShutdown()) {
            int seconds = prepared.getCount() == 0 ? REFRESH_SECONDS : RETRY_SECONDS;
            background.schedule(this::prepare, seconds, TimeUnit.SECONDS);
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindUsers(UserDirectory service) {
        users.set(service);
    }

    void unbindUsers(UserDirectory service) {
        users.compareAndSet(service, null);
    }

    @Deactivate
    void deactivate() {
        background.shutdownNow();
    }
}
