package io.plinth.users.internal;

import io.plinth.health.Health;
import io.plinth.health.HealthCheck;
import io.plinth.health.StartupFailure;
import io.plinth.problem.ProblemException;
import io.plinth.problem.ProblemType;
import io.plinth.security.PasswordHasher;
import io.plinth.security.Role;
import io.plinth.security.Secrets;
import io.plinth.tx.Transactions;
import io.plinth.users.NewUser;
import io.plinth.users.UserSearch;
import io.plinth.users.Users;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the user {@code admin} while there is no user at all. The server is not ready before it is there. When two servers
 * start at once, the unique index lets one of them win, and the other is content with that.
 */
@Component(service = HealthCheck.class, immediate = true)
public final class FirstUser implements HealthCheck {
    static final String USERNAME = "admin";

    /** A domain that never has mail (RFC 2606); the administrator puts the real address there. */
    static final String EMAIL = "admin@plinth.invalid";

    private static final String PASSWORD_SECRET = "admin-password";
    private static final UserSearch ANY = new UserSearch("", 1, Optional.empty());
    private static final long RETRY_SECONDS = 2;
    private static final Logger LOG = LoggerFactory.getLogger(FirstUser.class);

    private final Users users;
    private final Secrets secrets;
    private final @Nullable Consumer<String> startupFailure;
    private final ScheduledExecutorService worker;
    private volatile Health health = Health.down("users: the first user is being looked for");

    @Activate
    public FirstUser(
            @Reference Transactions transactions,
            @Reference PasswordHasher passwords,
            @Reference Clock clock,
            @Reference Secrets secrets,
            @Reference(
                            target = StartupFailure.FILTER,
                            cardinality = ReferenceCardinality.OPTIONAL,
                            policyOption = ReferencePolicyOption.GREEDY)
                    @Nullable
                    Consumer<String> startupFailure) {
        this(
                new JpaUsers(transactions, passwords, clock),
                secrets,
                startupFailure,
                Executors.newSingleThreadScheduledExecutor(FirstUser::thread));
        worker.execute(this::makeOrRetry);
    }

    FirstUser(
            Users users, Secrets secrets, @Nullable Consumer<String> startupFailure, ScheduledExecutorService worker) {
        this.users = users;
        this.secrets = secrets;
        this.startupFailure = startupFailure;
        this.worker = worker;
    }

    @Deactivate
    public void stop() {
        worker.shutdownNow();
    }

    @Override
    public String name() {
        return "users";
    }

    @Override
    public Health check() {
        return health;
    }

    /** Makes the user, or says why not; tries again later only if the database was away. */
    void makeOrRetry() {
        try {
            makeIfNone();
            health = Health.UP;
        } catch (ProblemException problem) {
            if (problem.type().equals(ProblemType.UNAVAILABLE) && !worker.isShutdown()) {
                health = Health.down("users: cannot look for the first user, database away: " + problem.detail());
                worker.schedule(this::makeOrRetry, RETRY_SECONDS, TimeUnit.SECONDS);
            } else {
                fail(problem.detail(), problem);
            }
        } catch (RuntimeException failure) {
            fail(String.valueOf(failure.getMessage()), failure);
        }
    }

    private void makeIfNone() {
        if (!users.search(ANY).users().isEmpty()) {
            return;
        }
        try {
            users.create(new NewUser(USERNAME, EMAIL, null, Set.of(Role.ADMIN), secrets.get(PASSWORD_SECRET)));
            LOG.info("No users yet: made the first one, {}", USERNAME);
        } catch (ProblemException problem) {
            if (!problem.type().equals(UserProblems.USER_EXISTS)) {
                throw problem;
            }
            LOG.info("Another server made the first user at the same moment");
        }
    }

    private void fail(String reason, RuntimeException failure) {
        String line = "Cannot make the first user 'admin' with the password of PLINTH_ADMIN_PASSWORD or of the file"
                + " secrets/admin-password: " + reason;
        health = Health.down(line);
        LOG.error("{}", line, failure);
        if (startupFailure != null) {
            startupFailure.accept(line);
        }
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "plinth-users-first-user");
        thread.setDaemon(true);
        return thread;
    }
}
