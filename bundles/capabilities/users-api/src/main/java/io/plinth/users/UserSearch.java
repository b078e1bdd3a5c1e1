package io.plinth.users;

import java.util.Optional;

/**
 * Which users to list, in the order of their ids, which is the order they were made in.
 *
 * @param prefix what username or e-mail starts with, whatever the case; empty for all. At most 254 characters
 * @param limit users a page, 1 to 200
 * @param afterId id of the last user of the page before; empty for the first page
 */
public record UserSearch(String prefix, int limit, Optional<String> afterId) {
    public static final int LIMIT_MAX = 200;
    public static final int PREFIX_LENGTH_MAX = 254;

    public UserSearch {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new IllegalArgumentException("limit must be from 1 to " + LIMIT_MAX + ": " + limit);
        }
        if (prefix.length() > PREFIX_LENGTH_MAX) {
            throw new IllegalArgumentException("prefix must have at most " + PREFIX_LENGTH_MAX + " characters");
        }
    }
}
