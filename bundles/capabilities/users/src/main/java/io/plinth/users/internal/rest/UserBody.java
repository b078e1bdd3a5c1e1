package io.plinth.users.internal.rest;

import io.plinth.security.Role;
import io.plinth.users.User;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A user as JSON. What may be null is an {@code Optional}, so that the description of the API says so. */
public record UserBody(
        String id,
        String username,
        String email,
        Optional<String> displayName,
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
                Optional.ofNullable(user.displayName()),
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
