package io.plinth.security;

import java.security.Principal;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Who sends a request, as its verified access token says. Resources get it from
 * {@code (Caller) securityContext.getUserPrincipal()}.
 *
 * @param subject {@code sub}: the user's id, or the client's id for a client without user
 * @param clientId {@code client_id}
 * @param userId id of the user on whose behalf the client acts
 * @param roles what the token grants
 * @param tokenId {@code jti}
 * @param expiresAt {@code exp}
 */
public record Caller(
        String subject, String clientId, Optional<String> userId, Set<Role> roles, String tokenId, Instant expiresAt)
        implements Principal {
    public Caller {
        roles = Set.copyOf(roles);
    }

    @Override
    public String getName() {
        return subject;
    }

    public boolean has(Role role) {
        return roles.contains(role);
    }
}
