package io.plinth.transactions;

import java.time.Instant;
import java.util.Locale;

/**
 * One line of a statement.
 *
 * @param sequence 1, 2, 3, … in each account, without a gap
 * @param transactionId the transfer, capture or reversal
 * @param amount in minor units, at least 1
 * @param balanceAfter posted balance after it, in minor units
 * @param at when it was posted, in whole microseconds
 */
public record Movement(
        long sequence, String transactionId, Direction direction, long amount, long balanceAfter, Instant at) {
    /** Which side of the transaction the account is on. */
    public enum Direction {
        /** Lowers the posted balance. */
        DEBIT,
        /** Raises the posted balance. */
        CREDIT;

        /** The name used in JSON and the database. */
        public String directionName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
