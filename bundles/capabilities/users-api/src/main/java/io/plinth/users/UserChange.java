package io.plinth.users;

import io.plinth.security.Role;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What to change in a user; {@code null} leaves a field as it is.
 *
 * @param displayName an empty optional removes it
 * @param roles replace the present ones
 * @param password always counts as a change, since the hash gets a new salt
 */
public record UserChange(
        @Nullable String username,
        @Nullable String email,
        @Nullable Optional<String> displayName,
        @Nullable Set<Role> roles,
        @Nullable String password) {
    public UserChange {
        roles = roles == null ? null : Set.copyOf(roles);
    }

    /** Without personal data and password. */
    @Override
    public String toString() {
        return "UserChange[roles=" + roles + "]";
    }
}
