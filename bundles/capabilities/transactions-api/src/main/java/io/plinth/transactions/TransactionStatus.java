package io.plinth.transactions;

import java.util.Locale;
import java.util.Optional;

/** What has become of a transaction; it follows from the later ones that relate to it and is stored nowhere. */
public enum TransactionStatus {
    /** It stands. */
    POSTED,
    /** A hold that is open. */
    PENDING,
    /** A hold that was captured. */
    CAPTURED,
    /** A hold that was voided. */
    VOIDED,
    /** A hold whose time ran out. */
    EXPIRED,
    /** A transfer or capture of which nothing is left to reverse. */
    REVERSED;

    /** The name used in JSON and events. */
    public String statusName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The status that a transaction of that kind has when it is made. */
    public static TransactionStatus initial(TransactionKind kind) {
        return kind == TransactionKind.HOLD ? PENDING : POSTED;
    }

    /** The status of that exact name. */
    public static Optional<TransactionStatus> of(String statusName) {
        for (TransactionStatus status : values()) {
            if (status.statusName().equals(statusName)) {
                return Optional.of(status);
            }
        }
        return Optional.empty();
    }
}
