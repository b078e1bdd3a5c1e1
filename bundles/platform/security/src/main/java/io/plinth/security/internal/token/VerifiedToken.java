package io.plinth.security.internal.token;

import io.plinth.security.Caller;
import io.plinth.security.Role;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a token said, once its signature and claims were found good. Client and user are yet to be asked for.
 *
 * @param keys that verified it; a result of other keys than the current ones is not used again
 */
record VerifiedToken(
        String subject,
        String clientId,
        @Nullable String userId,
        Set<Role> roles,
        String tokenId,
        Instant expiresAt,
        SigningKeys keys) {
    VerifiedToken {
        roles = Set.copyOf(roles);
    }

    Caller caller(Set<Role> granted) {
        return new Caller(subject, clientId, Optional.ofNullable(userId), granted, tokenId, expiresAt);
    }
}
