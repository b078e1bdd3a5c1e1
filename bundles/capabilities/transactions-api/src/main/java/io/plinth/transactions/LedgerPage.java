package io.plinth.transactions;

import java.util.List;
import java.util.Optional;

/**
 * One page of a list.
 *
 * @param next what {@link PageKey#after} of the next page is; empty on the last. Opaque, at most 100 characters
 */
public record LedgerPage<T>(List<T> items, Optional<String> next) {
    public LedgerPage {
        items = List.copyOf(items);
    }
}
