package io.plinth.transactions;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which transactions; what is {@code null} filters nothing.
 *
 * @param accountId debited or credited; an id that names no account, or none that may be seen, matches nothing
 * @param userId owner of the debited or the credited account
 * @param from made at this time or later
 * @param to made before this time
 */
public record TransactionFilter(
        @Nullable String accountId,
        @Nullable String userId,
        @Nullable TransactionStatus status,
        @Nullable TransactionKind kind,
        @Nullable String reference,
        @Nullable Instant from,
        @Nullable Instant to) {
    /** All of them. */
    public static final TransactionFilter ALL = new TransactionFilter(null, null, null, null, null, null, null);
}
