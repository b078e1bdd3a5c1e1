package io.plinth.users.internal.rest;

import io.plinth.security.Role;
import io.plinth.users.User;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A user as JSON. */
public record UserBody(
        String id,
        String username,
        String email,
        @Nullable String displayName,
        List<String> roles,
        String status,
        Instant createdAt,
        Instant updatedAt,
        long version) {
    static UserBody of(User user) {
        return new UserBody(
                user.id(),
                user.username(),
                user.email(),
                user.displayName(),
                user.roles().stream().map(Role::roleName).toList(),
                user.status().statusName(),
                user.createdAt(),
                user.updatedAt(),
                user.version());
    }

    /** Without personal data. */
    @Override
    public String toString() {
        return "UserBody[id=" + id + "]";
    }
}
