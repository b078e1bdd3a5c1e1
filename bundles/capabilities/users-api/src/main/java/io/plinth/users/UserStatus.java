package io.plinth.users;

import java.util.Locale;
import java.util.Optional;

/** Where a user stands. The only way is from active to closed. */
public enum UserStatus {
    /** May sign in and act. */
    ACTIVE,
    /** For good: history and accounts stay readable, username and e-mail stay taken, nothing changes any more. */
    CLOSED;

    /** The name used in JSON, events and the database. */
    public String statusName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The status of that exact name. */
    public static Optional<UserStatus> of(String statusName) {
        for (UserStatus status : values()) {
            if (status.statusName().equals(statusName)) {
                return Optional.of(status);
            }
        }
        return Optional.empty();
    }
}
