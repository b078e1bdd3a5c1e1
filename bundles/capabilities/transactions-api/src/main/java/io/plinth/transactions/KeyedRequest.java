package io.plinth.transactions;

import io.plinth.problem.ProblemException;
import java.util.regex.Pattern;

/**
 * A request with its idempotency key.
 *
 * @param key 1 to 255 printable ASCII characters; it belongs to the client that uses it
 */
public record KeyedRequest(String key, TransactionRequest request) {
    private static final Pattern KEY = Pattern.compile("[ -~]{1,255}");

    /**
     * Checks the key.
     *
     * @throws ProblemException 400 naming {@code idempotencyKey}
     */
    public KeyedRequest {
        if (!KEY.matcher(key).matches()) {
            throw ProblemException.invalid("idempotencyKey", "must have 1 to 255 printable ASCII characters");
        }
    }
}
