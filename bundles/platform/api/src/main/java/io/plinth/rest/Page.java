package io.plinth.rest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list.
 *
 * @param items at most {@link PageRequest#limit} of them
 * @param next cursor of the next page; {@code null} on the last
 */
public record Page<T>(List<T> items, @Nullable String next) {
    public Page {
        items = List.copyOf(items);
    }
}
