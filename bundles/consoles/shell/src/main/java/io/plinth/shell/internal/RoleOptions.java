package io.plinth.shell.internal;

import io.plinth.security.Role;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Roles as they are typed and shown. */
final class RoleOptions {
    private RoleOptions() {}

    /** @throws IllegalArgumentException naming the one that is no role */
    static Set<Role> parse(List<String> names) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (String name : names) {
            roles.add(Role.of(name)
                    .orElseThrow(() -> new IllegalArgumentException("There is no role '" + name
                            + "'; nothing was created. Roles: admin, service, user, monitor")));
        }
        return roles;
    }

    static String show(Collection<Role> roles) {
        return roles.stream().sorted().map(Role::roleName).collect(Collectors.joining(", "));
    }
}
