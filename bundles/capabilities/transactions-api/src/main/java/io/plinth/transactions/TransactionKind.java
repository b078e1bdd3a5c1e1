package io.plinth.transactions;

import java.util.Locale;
import java.util.Optional;

/** What a transaction does. */
public enum TransactionKind {
    /** Moves money at once. */
    TRANSFER,
    /** Reserves money on the debit account, until it is captured, voided or expires. */
    HOLD,
    /** Moves what a hold reserved, or a part of it, and gives the rest back. */
    CAPTURE,
    /** Gives back what a hold reserved. */
    VOID,
    /** Moves money of a transfer or a capture back. */
    REVERSAL,
    /** Gives back what a hold reserved, since its time is over. */
    EXPIRY;

    /** The name used in JSON, events and the database. */
    public String kindName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it changes posted balances and so is in the statements of both accounts. */
    public boolean movesMoney() {
        return this == TRANSFER || this == CAPTURE || this == REVERSAL;
    }

    /** Whether it ends a hold. */
    public boolean resolvesHold() {
        return this == CAPTURE || this == VOID || this == EXPIRY;
    }

    /** The kind of that exact name. */
    public static Optional<TransactionKind> of(String kindName) {
        for (TransactionKind kind : values()) {
            if (kind.kindName().equals(kindName)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
