package io.plinth.transactions;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot of one account.
 *
 * @param id UUIDv7
 * @param ownerId id of the user that it belongs to, for good
 * @param currency ISO 4217 code, for good
 * @param name as it was given; {@code null} for none
 * @param overdraftLimit how far below zero it may go, in minor units; {@code null} for any distance
 * @param createdAt in whole microseconds
 */
public record Account(
        String id,
        String ownerId,
        String currency,
        @Nullable String name,
        AccountStatus status,
        @Nullable Long overdraftLimit,
        Balance balance,
        Instant createdAt) {
    /** Without the name that a person gave it, so that an account may be logged. */
    @Override
    public String toString() {
        return "Account[id=" + id + ", currency=" + currency + ", status=" + status + "]";
    }
}
