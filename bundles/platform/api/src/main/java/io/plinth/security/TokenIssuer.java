package io.plinth.security;

import org.osgi.annotation.versioning.ConsumerType;

/** The embedded issuer, as the token verification sees it: no HTTP call to ourselves. */
@ConsumerType
public interface TokenIssuer {
    /** Exact {@code iss} of its tokens. */
    String issuer();

    /** Public keys as a JWK Set (RFC 7517); changes with key rotation. */
    String jwks();

    /**
     * Whether tokens of this client are still honoured. Called at most every 30 s for a client; may read the database.
     */
    boolean isClientActive(String clientId);
}
