package io.plinth.transactions.internal.rest;

import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /transactions/{id}/capture} and {@code /reverse}.
 *
 * @param amount {@code null} for all that there is
 */
public record AmountBody(@Nullable Long amount) {
    /** The amount of a body that may be left out. */
    static @Nullable Long of(@Nullable AmountBody body) {
        return body == null ? null : body.amount();
    }
}
