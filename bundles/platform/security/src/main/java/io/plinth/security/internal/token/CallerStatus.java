package io.plinth.security.internal.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.plinth.security.Role;
import io.plinth.security.TokenIssuer;
import io.plinth.security.UserDirectory;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Whether clients and users still exist, asked for seldom: a token lives on for at most the time given here. */
final class CallerStatus {
    private static final int ENTRIES_MAX = 10_000;

    private final Cache<String, Boolean> clients;
    private final Cache<String, Optional<Set<Role>>> users;

    CallerStatus(Duration remembered, Ticker ticker) {
        this.clients = cache(remembered, ticker);
        this.users = cache(remembered, ticker);
    }

    boolean isClientActive(String clientId, TokenIssuer issuer) {
        return Boolean.TRUE.equals(clients.get(clientId, issuer::isClientActive));
    }

    /** Roles that the user has now; empty for a closed or unknown one. */
    Optional<Set<Role>> userRoles(String userId, UserDirectory directory) {
        Optional<Set<Role>> roles = users.get(userId, directory::activeRoles);
        return roles == null ? Optional.empty() : roles;
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
