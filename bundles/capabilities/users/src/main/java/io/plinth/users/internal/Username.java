package io.plinth.users.internal;

import io.plinth.problem.ProblemException;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A well-formed username.
 *
 * @param value in NFKC
 * @param key unique among all users
 */
record Username(String value, String key) {
    private static final int LENGTH_MIN = 3;
    private static final int LENGTH_MAX = 64;

    /** Bounds the work of normalising; 64 letters can be written with several marks each. */
    private static final int RAW_LENGTH_MAX = 1_024;

    /** Combining marks belong to the letters of many scripts, but need a letter to stand on. */
    private static final Pattern SHAPE = Pattern.compile("[\\p{L}\\p{Nd}._-][\\p{L}\\p{Mn}\\p{Mc}\\p{Nd}._-]*");

    /** Letters and marks that show nothing (Default_Ignorable_Code_Point): two names could look the same. */
    private static final Pattern INVISIBLE =
            Pattern.compile("[\\u034F\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F\\u3164"
                    + "\\uFE00-\\uFE0F\\uFFA0\\x{E0100}-\\x{E01EF}]");

    /**
     * Checks and normalises.
     *
     * @throws ProblemException 400 naming {@code username}
     */
    static Username parse(String text) {
        return find(text)
                .orElseThrow(() -> ProblemException.invalid(
                        "username", "must have 3 to 64 letters or digits of any script, '.', '_' or '-'"));
    }

    /** The username that a text is, if it is one. */
    static Optional<Username> find(String text) {
        if (text.length() > RAW_LENGTH_MAX) {
            return Optional.empty();
        }
        String value = Normalizer.normalize(text, Form.NFKC);
        int length = value.codePointCount(0, value.length());
        if (length < LENGTH_MIN
                || length > LENGTH_MAX
                || !SHAPE.matcher(value).matches()
                || INVISIBLE.matcher(value).find()) {
            return Optional.empty();
        }
        return Optional.of(new Username(value, CaseFold.key(value)));
    }
}
