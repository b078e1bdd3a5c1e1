package io.plinth.users.internal;

import io.plinth.security.Role;
import io.plinth.users.UserChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A change whose values were found well-formed; {@code null} leaves a field as it is. */
record CheckedChange(
        @Nullable Username username,
        @Nullable EmailAddress email,
        @Nullable Optional<String> displayName,
        @Nullable Set<Role> roles,
        @Nullable String passwordHash) {

    /**
     * Checks the fields; the slow hash comes last, when all else is well.
     *
     * @throws io.plinth.problem.ProblemException 400 naming the field that is ill-formed
     */
    static CheckedChange of(UserChange change, UnaryOperator<@Nullable String> hash) {
        return new CheckedChange(
                change.username() == null ? null : Username.parse(change.username()),
                change.email() == null ? null : EmailAddress.parse(change.email()),
                change.displayName() == null ? null : change.displayName().map(UserRules::displayName),
                change.roles() == null ? null : UserRules.roles(change.roles()),
                hash.apply(change.password()));
    }

    /** Writes what differs into the row and names it, in the JSON names. */
    List<String> apply(UserEntity entity) {
        List<String> changed = new ArrayList<>();
        if (username != null && !username.value().equals(entity.username())) {
            entity.username(username);
            changed.add("username");
        }
        if (email != null && !email.value().equals(entity.email())) {
            entity.email(email);
            changed.add("email");
        }
        if (displayName != null && !Objects.equals(displayName.orElse(null), entity.displayName())) {
            entity.displayName(displayName.orElse(null));
            changed.add("displayName");
        }
        if (roles != null && !roles.equals(entity.roles())) {
            entity.roles(roles);
            changed.add("roles");
        }
        if (passwordHash != null) {
            entity.passwordHash(passwordHash);
            changed.add("password");
        }
        return changed;
    }

    /** Without personal data. */
    @Override
    public String toString() {
        return "CheckedChange[roles=" + roles + "]";
    }
}
