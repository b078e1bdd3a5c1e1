package io.plinth.issuer.internal;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A token request that is refused as RFC 6749, section 5.2, says. */
public final class OAuthException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String error;
    private final String description;
    private final @Nullable Duration retryAfter;

    private OAuthException(int status, String error, String description, @Nullable Duration retryAfter) {
        super(description, null, false, false);
        this.status = status;
        this.error = error;
        this.description = description;
        this.retryAfter = retryAfter;
    }

    public static OAuthException invalidRequest(String description) {
        return new OAuthException(400, "invalid_request", description, null);
    }

    public static OAuthException unsupportedGrantType() {
        return new OAuthException(400, "unsupported_grant_type", "Only client_credentials is supported.", null);
    }

    static OAuthException invalidClient() {
        return new OAuthException(401, "invalid_client", "Unknown client, or wrong secret.", null);
    }

    public static OAuthException noClient() {
        return new OAuthException(
                401, "invalid_client", "Send client id and secret, by HTTP Basic or in the body.", null);
    }

    static OAuthException tooManyFailures(Duration retryAfter) {
        return new OAuthException(
                429, "temporarily_unavailable", "Too many wrong secrets for this client.", retryAfter);
    }

    static OAuthException invalidGrant(String description) {
        return new OAuthException(400, "invalid_grant", description, null);
    }

    static OAuthException invalidScope(String description) {
        return new OAuthException(400, "invalid_scope", description, null);
    }

    public int status() {
        return status;
    }

    public String error() {
        return error;
    }

    public String description() {
        return description;
    }

    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
