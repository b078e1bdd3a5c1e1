package io.plinth.rest;

import io.plinth.problem.ProblemException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which page of a list is asked for: keyset paging, so a page costs the same however far back it lies.
 *
 * @param limit items a page, 1 to 200
 * @param after key of the last item of the page before; empty for the first page
 */
public record PageRequest(int limit, Optional<String> after) {
    public static final int LIMIT_DEFAULT = 50;
    public static final int LIMIT_MAX = 200;
    private static final int CURSOR_LENGTH_MAX = 512;

    public PageRequest {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw ProblemException.invalid("limit", "must be a whole number from 1 to 200");
        }
    }

    /**
     * Reads the query parameters {@code limit} and {@code cursor}.
     *
     * @throws ProblemException 400 naming the parameter
     */
    public static PageRequest parse(@Nullable String limit, @Nullable String cursor) {
        return new PageRequest(parseLimit(limit), cursor == null ? Optional.empty() : Optional.of(decode(cursor)));
    }

    /** The opaque cursor for a key. */
    public static String cursor(String key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }

    private static int parseLimit(@Nullable String limit) {
        if (limit == null) {
            return LIMIT_DEFAULT;
        }
        if (!limit.matches("[0-9]{1,3}")) {
            throw ProblemException.invalid("limit", "must be a whole number from 1 to 200");
        }
        return Integer.parseInt(limit);
    }

    private static String decode(String cursor) {
        if (cursor.isEmpty() || cursor.length() > CURSOR_LENGTH_MAX) {
            throw ProblemException.invalid("cursor", "is not a cursor of this list");
        }
        try {
            byte[] key = Base64.getUrlDecoder().decode(cursor);
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(key))
                    .toString();
        } catch (IllegalArgumentException | CharacterCodingException notACursor) {
            throw ProblemException.invalid("cursor", "is not a cursor of this list");
        }
    }
}
