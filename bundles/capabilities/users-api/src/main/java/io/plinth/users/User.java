package io.plinth.users;

import io.plinth.security.Role;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot of one user.
 *
 * @param id UUIDv7
 * @param username in NFKC, in the letter case it was given in
 * @param email as it was given; personal data
 * @param displayName personal data; {@code null} when the user has none
 * @param roles never empty, in the order of {@link Role}
 * @param createdAt in whole microseconds
 * @param updatedAt time of the last change, in whole microseconds
 * @param version 1 at first, and one more with each change
 */
public record User(
        String id,
        String username,
        String email,
        @Nullable String displayName,
        Set<Role> roles,
        UserStatus status,
        Instant createdAt,
        Instant updatedAt,
        long version) {
    public User {
        roles = Collections.unmodifiableSet(EnumSet.copyOf(roles));
    }

    /** Without personal data, so that a user may be logged. */
    @Override
    public String toString() {
        return "User[id=" + id + ", status=" + status + ", version=" + version + "]";
    }
}
