package io.plinth.users;

import io.plinth.security.Role;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A user to be made. What the values must look like is checked by {@link Users#create}.
 *
 * @param username 3 to 64 letters, digits, {@code . _ -} of any script
 * @param email an address of at most 254 characters
 * @param displayName 1 to 100 characters; {@code null} for none
 * @param roles at least one; {@link #ROLES_DEFAULT} unless somebody chose
 * @param password at least 8 characters; {@code null} for a user that cannot sign in with a password
 */
public record NewUser(
        String username,
        String email,
        @Nullable String displayName,
        Set<Role> roles,
        @Nullable String password) {
    /** The roles of a user for whom nobody chose any. */
    public static final Set<Role> ROLES_DEFAULT = Set.of(Role.USER);

    public NewUser {
        roles = Set.copyOf(roles);
    }

    /** Without personal data and password. */
    @Override
    public String toString() {
        return "NewUser[roles=" + roles + "]";
    }
}
