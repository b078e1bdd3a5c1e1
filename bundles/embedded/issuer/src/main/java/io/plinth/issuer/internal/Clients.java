package io.plinth.issuer.internal;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import io.plinth.problem.FieldError;
import io.plinth.problem.ProblemException;
import io.plinth.problem.ProblemType;
import io.plinth.security.Role;
import io.plinth.security.Secrets;
import io.plinth.security.UserDirectory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The OAuth clients: made, listed, authenticated, removed. */
public final class Clients {
    /** The first client, which is always there. */
    public static final String ADMIN_CLIENT_ID = "plinth-admin";

    private static final Logger LOG = LoggerFactory.getLogger(Clients.class);
    private static final String ADMIN_SECRET = "client-secret";
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9-]{1,64}");
    private static final int SECRET_LENGTH_MAX = 256;
    private static final int SECRET_LENGTH_WEAK = 12;
    private static final ProblemType UNKNOWN_USER = new ProblemType("unknown-user", 422, "Unknown user");
    private static final ProblemType CLIENT_NEEDED = new ProblemType("client-needed", 409, "Client cannot be removed");

    /** A client just made; the secret is not to be had again. */
    public record NewClient(Client client, String secret) {}

    private final ClientStore store;
    private final ClientSecrets secrets;
    private final FailureLimit failures;
    private final Clock clock;
    private final NoArgGenerator ids = Generators.timeBasedEpochGenerator();
    private final Supplier<Optional<UserDirectory>> users;

    /** What an unknown id's secret is compared with, so that it takes as long as a known one's. */
    private final String hashOfNobody;

    Clients(
            ClientStore store,
            ClientSecrets secrets,
            FailureLimit failures,
            Clock clock,
            Supplier<Optional<UserDirectory>> users) {
        this.store = store;
        this.secrets = secrets;
        this.failures = failures;
        this.clock = clock;
        this.users = users;
        this.hashOfNobody = secrets.hashGenerated(secrets.generate());
    }

    /**
     * Makes a client.
     *
     * @param name checked already
     * @throws ProblemException 422 for an unknown or closed user, 503 while users cannot be asked for
     */
    public NewClient create(String name, Set<Role> roles, @Nullable String userId) {
        if (userId != null && directory().activeRoles(userId).isEmpty()) {
            throw ProblemException.of(
                    UNKNOWN_USER,
                    "userId: there is no active user with this id",
                    List.of(new FieldError("userId", "is not the id of an active user")));
        }
        String secret = secrets.generate();
        Client client =
                new Client(ids.generate().toString(), name, secrets.hashGenerated(secret), roles, userId, now());
        if (!store.add(client)) {
            throw new IllegalStateException("A new client id is taken: " + client.id());
        }
        LOG.info("Client {} made with roles {}", client.id(), client.roles());
        return new NewClient(client, secret);
    }

    public Optional<Client> find(String id) {
        return ID.matcher(id).matches() ? store.find(id) : Optional.empty();
    }

    /** Ordered by id. */
    public List<Client> list(int limit, Optional<String> after) {
        if (after.isPresent() && !ID.matcher(after.get()).matches()) {
            throw ProblemException.invalid("cursor", "is not a cursor of this list");
        }
        return store.list(limit, after.orElse(""));
    }

    /**
     * Removes it; its tokens end within a minute.
     *
     * @return whether there was one
     * @throws ProblemException 409 for the first client, which every start would make again
     */
    public boolean remove(String id) {
        if (id.equals(ADMIN_CLIENT_ID)) {
            throw ProblemException.of(
                    CLIENT_NEEDED,
                    "The first client is always there; change its secret instead, see PLINTH_CLIENT_SECRET.");
        }
        boolean isRemoved = ID.matcher(id).matches() && store.remove(id, now());
        if (isRemoved) {
            LOG.info("Client {} removed", id);
        }
        return isRemoved;
    }

    /**
     * The client with this id and one of these secrets.
     *
     * <p>After too many failures a wrong secret is answered at once and a slow hash is computed no more. A right secret
     * still gets in where knowing that is cheap, so that nobody can lock a working client out by guessing.
     *
     * @param candidates one or two readings of what the client sent
     */
    Client authenticate(String id, List<String> candidates) throws OAuthException {
        if (!ID.matcher(id).matches()) {
            throw OAuthException.invalidClient();
        }
        Optional<Client> client = store.find(id);
        String hash = client.map(Client::secretHash).orElse(hashOfNobody);
        Optional<Duration> wait = failures.wait(id);
        for (String secret : candidates) {
            boolean isAffordable = wait.isEmpty() || secrets.isCheap(secret, hash);
            if (!secret.isEmpty()
                    && secret.length() <= SECRET_LENGTH_MAX
                    && isAffordable
                    && secrets.matches(secret, hash)
                    && client.isPresent()) {
                return client.get();
            }
        }
        failures.failed(id);
        if (wait.isPresent()) {
            throw OAuthException.tooManyFailures(wait.get());
        }
        throw OAuthException.invalidClient();
    }

    /** What client and user both may now; empty when the user is closed. */
    Optional<Set<Role>> rolesNow(Client client) {
        String userId = client.userId();
        if (userId == null) {
            return Optional.of(client.roles());
        }
        return directory().activeRoles(userId).map(ofUser -> {
            Set<Role> both = EnumSet.noneOf(Role.class);
            both.addAll(client.roles());
            both.retainAll(ofUser);
            return both;
        });
    }

    /** Makes the first client, or gives it the secret of variable or file where that has changed. */
    void ensureAdminClient(Secrets given) {
        boolean isChosen = given.given(ADMIN_SECRET).isPresent();
        String secret = given.get(ADMIN_SECRET);
        if (secret.length() > SECRET_LENGTH_MAX) {
            throw new IllegalStateException("PLINTH_CLIENT_SECRET is longer than " + SECRET_LENGTH_MAX + " characters");
        }
        if (secret.length() < SECRET_LENGTH_WEAK) {
            LOG.warn("The secret of client {} has fewer than {} characters", ADMIN_CLIENT_ID, SECRET_LENGTH_WEAK);
        }
        Optional<Client> stored = store.find(ADMIN_CLIENT_ID);
        if (stored.isPresent() && secrets.matches(secret, stored.get().secretHash())) {
            return;
        }
        String hash = !isChosen && ClientSecrets.isGenerated(secret)
                ? secrets.hashGenerated(secret)
                : secrets.hashChosen(secret);
        if (stored.isPresent()) {
            store.replaceSecretHash(ADMIN_CLIENT_ID, hash);
            LOG.info("Client {} has the secret that is configured now", ADMIN_CLIENT_ID);
        } else {
            store.add(new Client(ADMIN_CLIENT_ID, "First client", hash, Set.of(Role.ADMIN), null, now()));
        }
    }

    private UserDirectory directory() {
        return users.get()
                .orElseThrow(() -> ProblemException.unavailable(
                        "The users are not there at this moment, so the client's user cannot be checked.",
                        Duration.ofSeconds(1),
                        null));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
