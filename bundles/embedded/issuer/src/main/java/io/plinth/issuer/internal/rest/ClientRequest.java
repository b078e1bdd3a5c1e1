package io.plinth.issuer.internal.rest;

import io.plinth.problem.ProblemException;
import io.plinth.security.Role;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Body of {@code POST /api/v1/clients}. */
public record ClientRequest(
        @Nullable String name,
        @Nullable List<@Nullable String> roles,
        @Nullable String userId) {
    private static final int NAME_LENGTH_MAX = 100;
    private static final String KNOWN =
            Arrays.stream(Role.values()).map(Role::roleName).collect(Collectors.joining(", "));

    /** The name, checked. */
    String checkedName() {
        if (name == null
                || name.isBlank()
                || name.codePointCount(0, name.length()) > NAME_LENGTH_MAX
                || name.codePoints().anyMatch(ClientRequest::isUnfit)) {
            throw ProblemException.invalid(
                    "name", "must be 1 to " + NAME_LENGTH_MAX + " characters, not blank, without control characters");
        }
        return name;
    }

    /** The roles, checked. */
    Set<Role> checkedRoles() {
        if (roles == null || roles.isEmpty()) {
            throw ProblemException.invalid("roles", "must name at least one of " + KNOWN);
        }
        Set<Role> checked = EnumSet.noneOf(Role.class);
        for (int i = 0; i < roles.size(); i++) {
            String role = roles.get(i);
            String field = "roles[" + i + "]";
            checked.add((role == null ? Optional.<Role>empty() : Role.of(role))
                    .orElseThrow(() -> ProblemException.invalid(field, "must be one of " + KNOWN)));
        }
        return checked;
    }

    private static boolean isUnfit(int codePoint) {
        return Character.isISOControl(codePoint) || Character.getType(codePoint) == Character.SURROGATE;
    }
}
