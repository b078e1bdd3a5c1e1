package io.plinth.transactions.internal.rest;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /transactions/{id}/capture} and {@code /reverse}.
 *
 * @param amount {@code null} for all that there is
 */
public record AmountBody(@Nullable Long amount) {
    /** The amount of a body that may be left out. */
    static @Nullable Long amount(Optional<AmountBody> body) {
        return body.map(AmountBody::amount).orElse(null);
    }
}
