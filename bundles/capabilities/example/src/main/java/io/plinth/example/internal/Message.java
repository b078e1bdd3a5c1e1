package io.plinth.example.internal;

import io.plinth.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Body of a request and of an answer.
 *
 * @param message 1 to 1000 characters, not only blanks
 */
public record Message(String message) {
    private static final int LENGTH_MAX = 1000;

    /** @throws ProblemException 400 naming {@code message} */
    public Message(@Nullable String message) {
        if (message == null || message.isBlank()) {
            throw ProblemException.invalid("message", "is needed and must not be blank");
        }
        if (message.codePointCount(0, message.length()) > LENGTH_MAX) {
            throw ProblemException.invalid("message", "must have at most " + LENGTH_MAX + " characters");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(message)) {
            throw ProblemException.invalid("message", "must be well-formed Unicode");
        }
        this.message = message;
    }
}
