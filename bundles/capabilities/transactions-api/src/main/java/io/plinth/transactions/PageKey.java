package io.plinth.transactions;

import java.util.Optional;

/**
 * Which page of a list is asked for.
 *
 * @param limit items a page, 1 to 200
 * @param after {@link LedgerPage#next} of the page before; empty for the first page
 */
public record PageKey(int limit, Optional<String> after) {
    public static final int LIMIT_MAX = 200;

    public PageKey {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new IllegalArgumentException("limit must be from 1 to " + LIMIT_MAX + ": " + limit);
        }
    }
}
