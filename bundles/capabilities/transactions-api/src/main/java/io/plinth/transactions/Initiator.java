package io.plinth.transactions;

import java.util.Optional;

/**
 * Who acts. The ledger itself decides what that one may see and do.
 *
 * @param clientId the OAuth client, to which idempotency keys belong; 1 to 255 characters
 * @param userId the user on whose behalf the client acts
 * @param actsForAll whether it may see and do everything, as the roles admin and service may; else only what concerns the
 *     accounts of its user
 */
public record Initiator(String clientId, Optional<String> userId, boolean actsForAll) {
    private static final int CLIENT_LENGTH_MAX = 255;

    public Initiator {
        if (clientId.isEmpty() || clientId.length() > CLIENT_LENGTH_MAX) {
            throw new IllegalArgumentException("clientId needs 1 to " + CLIENT_LENGTH_MAX + " characters");
        }
    }

    /** Whether it acts as that user. */
    public boolean isUser(String id) {
        return userId.filter(id::equals).isPresent();
    }
}
