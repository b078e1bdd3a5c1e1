package io.plinth.rest;

import io.plinth.problem.ProblemException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Times in query parameters and bodies: RFC 3339 and nothing else, where ISO 8601 alone also allows half a dozen shapes. */
public final class Timestamps {
    /** What is wrong with a text that is none. */
    public static final String EXPECTED = "must be an RFC 3339 time such as 2026-01-31T12:00:00Z";

    private static final int LENGTH_MAX = 40;
    private static final Pattern RFC_3339 =
            Pattern.compile("\\d{4}-\\d{2}-\\d{2}[Tt]\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?([Zz]|[+-]\\d{2}:\\d{2})");

    private Timestamps() {}

    /** The time that a text is, if it is one. */
    public static Optional<Instant> find(String text) {
        if (text.length() > LENGTH_MAX || !RFC_3339.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    OffsetDateTime.parse(text.toUpperCase(Locale.ROOT)).toInstant());
        } catch (DateTimeException noSuchTime) {
            return Optional.empty();
        }
    }

    /**
     * Reads an optional query parameter.
     *
     * @param name of the parameter
     * @param text {@code null} where it is left out
     * @throws ProblemException 400 naming the parameter
     */
    public static Optional<Instant> parse(String name, @Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        return Optional.of(find(text).orElseThrow(() -> ProblemException.invalid(name, EXPECTED)));
    }
}
