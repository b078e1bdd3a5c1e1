package io.plinth.security;

import org.osgi.annotation.versioning.ProviderType;

/** Verifies access tokens: RFC 9068 JWTs of the one configured issuer. */
@ProviderType
public interface TokenVerifier {
    /**
     * The caller that a compact JWS speaks for. Checked are the exact issuer, audience {@code plinth}, {@code typ}
     * {@code at+jwt}, algorithm RS256 or ES256, the signature, {@code exp} and {@code nbf} with 30 s leeway, and that
     * client and user still exist.
     *
     * @throws InvalidTokenException with a reason that is safe to show
     * @throws io.plinth.problem.ProblemException 503 while keys or client status cannot be had
     */
    Caller verify(String token) throws InvalidTokenException;
}
