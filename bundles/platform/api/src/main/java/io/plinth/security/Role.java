package io.plinth.security;

import java.util.Locale;
import java.util.Optional;

/** The roles of the contract. */
public enum Role {
    /** May do everything. */
    ADMIN,
    /** Reads and writes every user's accounts and transactions, reads users. */
    SERVICE,
    /** Own data only. */
    USER,
    /** {@code /metrics} and health details only. */
    MONITOR;

    /** Names for {@code @RolesAllowed}, which needs constants. */
    public static final String ADMIN_NAME = "admin";

    public static final String SERVICE_NAME = "service";
    public static final String USER_NAME = "user";
    public static final String MONITOR_NAME = "monitor";

    /** The name used in tokens and JSON. */
    public String roleName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The role of that exact name. */
    public static Optional<Role> of(String roleName) {
        for (Role role : values()) {
            if (role.roleName().equals(roleName)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
