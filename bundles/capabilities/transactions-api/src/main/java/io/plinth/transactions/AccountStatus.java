package io.plinth.transactions;

import java.util.Locale;
import java.util.Optional;

/** Where an account stands. The only way is from open to closed. */
public enum AccountStatus {
    /** Takes debits and credits. */
    OPEN,
    /** For good: empty, readable, and nothing is accepted any more. */
    CLOSED;

    /** The name used in JSON, events and the database. */
    public String statusName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The status of that exact name. */
    public static Optional<AccountStatus> of(String statusName) {
        for (AccountStatus status : values()) {
            if (status.statusName().equals(statusName)) {
                return Optional.of(status);
            }
        }
        return Optional.empty();
    }
}
