package io.plinth.users.internal.rest;

import io.plinth.problem.ProblemException;
import io.plinth.security.Role;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The field {@code roles} of a body. */
final class RoleNames {
    private static final int COUNT_MAX = 16;

    private RoleNames() {}

    /** @throws ProblemException 400 naming the element, such as {@code roles[1]} */
    static Set<Role> parse(List<@Nullable String> names) {
        if (names.isEmpty() || names.size() > COUNT_MAX) {
            throw ProblemException.invalid("roles", "must name at least one of admin, service, user, monitor");
        }
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (int index = 0; index < names.size(); index++) {
            String name = names.get(index);
            String field = "roles[" + index + "]";
            roles.add(Role.of(name == null ? "" : name)
                    .orElseThrow(
                            () -> ProblemException.invalid(field, "must be one of admin, service, user, monitor")));
        }
        return roles;
    }
}
