package io.plinth.users.internal.rest;

import io.plinth.problem.FieldError;
import io.plinth.problem.ProblemException;
import io.plinth.problem.ProblemType;
import io.plinth.users.UserChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code PATCH /users/{id}}, a JSON merge patch (RFC 7396): {@code null} where the field is absent, an empty
 * optional where it is JSON {@code null}. It has the fields that nobody may change too, so that the answer can say so.
 */
public record PatchUser(
        @Nullable Optional<String> username,
        @Nullable Optional<String> email,
        @Nullable Optional<String> displayName,
        @Nullable Optional<List<@Nullable String>> roles,
        @Nullable Optional<String> password,
        @Nullable Optional<Object> id,
        @Nullable Optional<Object> status,
        @Nullable Optional<Object> createdAt,
        @Nullable Optional<Object> updatedAt,
        @Nullable Optional<Object> version) {

    /** @throws ProblemException 403 naming the fields that a user may not change in itself */
    void requireOwnFieldsOnly() {
        List<FieldError> errors = new ArrayList<>();
        name(errors, "username", username);
        name(errors, "roles", roles);
        name(errors, "id", id);
        name(errors, "status", status);
        name(errors, "createdAt", createdAt);
        name(errors, "updatedAt", updatedAt);
        name(errors, "version", version);
        if (!errors.isEmpty()) {
            List<String> fields = errors.stream().map(FieldError::field).toList();
            throw ProblemException.of(
                    ProblemType.FORBIDDEN,
                    "You may change your email, displayName and password, but not " + String.join(", ", fields) + ".",
                    errors);
        }
    }

    /** @throws ProblemException 400 naming a field that cannot be changed, or cannot be removed */
    UserChange toChange() {
        refuse("id", id, "never changes");
        refuse("status", status, "is not changed here: DELETE closes a user, for good");
        refuse("createdAt", createdAt, "never changes");
        refuse("updatedAt", updatedAt, "is set by the server");
        refuse("version", version, "is set by the server; send If-Match");
        List<@Nullable String> roleNames = present("roles", roles);
        return new UserChange(
                present("username", username),
                present("email", email),
                displayName,
                roleNames == null ? null : RoleNames.parse(roleNames),
                present("password", password));
    }

    private static void name(List<FieldError> errors, String field, @Nullable Optional<?> value) {
        if (value != null) {
            errors.add(new FieldError(field, "may be changed by an admin only, if at all"));
        }
    }

    private static void refuse(String field, @Nullable Optional<?> value, String message) {
        if (value != null) {
            throw ProblemException.invalid(field, message);
        }
    }

    private static <T> @Nullable T present(String field, @Nullable Optional<T> value) {
        if (value != null && value.isEmpty()) {
            throw ProblemException.invalid(field, "cannot be removed");
        }
        return value == null ? null : value.get();
    }

    /** Without personal data and password. */
    @Override
    public String toString() {
        return "PatchUser[roles=" + roles + "]";
    }
}
