package io.plinth.issuer.internal;

import io.plinth.security.Role;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An OAuth client.
 *
 * @param id UUIDv7, or {@code plinth-admin}
 * @param name 1 to 100 characters
 * @param secretHash as {@link ClientSecrets} makes it
 * @param roles at least one
 * @param userId of the user as whom it acts
 * @param createdAt in microseconds
 */
public record Client(
        String id,
        String name,
        String secretHash,
        Set<Role> roles,
        @Nullable String userId,
        Instant createdAt) {
    public Client {
        roles = Set.copyOf(roles);
    }
}
