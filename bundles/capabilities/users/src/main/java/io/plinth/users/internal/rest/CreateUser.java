package io.plinth.users.internal.rest;

import io.plinth.problem.ProblemException;
import io.plinth.users.NewUser;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Body of {@code POST /users}. */
public record CreateUser(
        @Nullable String username,
        @Nullable String email,
        @Nullable String displayName,
        @Nullable List<@Nullable String> roles,
        @Nullable String password) {
    NewUser toNewUser() {
        return new NewUser(
                required("username", username),
                required("email", email),
                displayName,
                roles == null ? NewUser.ROLES_DEFAULT : RoleNames.parse(roles),
                password);
    }

    private static String required(String field, @Nullable String value) {
        if (value == null) {
            throw ProblemException.invalid(field, "is missing");
        }
        return value;
    }

    /** Without personal data and password. */
    @Override
    public String toString() {
        return "CreateUser[roles=" + roles + "]";
    }
}
