package io.plinth.security.internal.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.plinth.problem.ProblemException;
import io.plinth.security.Role;
import io.plinth.security.TokenIssuer;
import io.plinth.security.UserDirectory;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Whether clients and users still exist, asked for seldom: a token lives on for at most the time given here. */
final class CallerStatus {
    private static final int ENTRIES_MAX = 10_000;

    /** With the time that a status is remembered this stays under the minute in which a removal must take effect. */
    private static final Duration LAST_KNOWN = Duration.ofSeconds(30);

    private final Cache<String, Boolean> clients;
    private final Cache<String, Optional<Set<Role>>> users;
    private final Cache<String, Boolean> lastClients;
    private final Cache<String, Optional<Set<Role>>> lastUsers;

    CallerStatus(Duration remembered, Ticker ticker) {
        this.clients = cache(remembered, ticker);
        this.users = cache(remembered, ticker);
        this.lastClients = cache(LAST_KNOWN, ticker);
        this.lastUsers = cache(LAST_KNOWN, ticker);
    }

    boolean isClientActive(String clientId, TokenIssuer issuer) {
        return Boolean.TRUE.equals(clients.get(clientId, id -> lookUp(id, issuer::isClientActive, lastClients)));
    }

    /** Roles that the user has now; empty for a closed or unknown one. */
    Optional<Set<Role>> userRoles(String userId, UserDirectory directory) {
        Optional<Set<Role>> roles = users.get(userId, id -> lookUp(id, directory::activeRoles, lastUsers));
        return roles == null ? Optional.empty() : roles;
    }

    /** While the database is away, what was known less than {@link #LAST_KNOWN} ago is taken for true. */
    private static <V> V lookUp(String id, Function<String, V> source, Cache<String, V> lastKnown) {
        try {
            V found = source.apply(id);
            lastKnown.put(id, found);
            return found;
        } catch (ProblemException away) {
            V last = lastKnown.getIfPresent(id);
            if (last == null) {
                throw away;
            }
            return last;
        }
    }

    private static <V> Cache<String, V> cache(Duration remembered, Ticker ticker) {
        // The caller's own thread cleans up: no task is left in a common pool when the bundle goes.
        return Caffeine.newBuilder()
                .maximumSize(ENTRIES_MAX)
                .expireAfterWrite(remembered)
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }
}
