package io.plinth.issuer.internal;

import com.nimbusds.jose.jwk.ECKey;

/** A public P-256 key as JWK (RFC 7517). */
public record PublicJwk(String kty, String crv, String x, String y, String kid, String use, String alg) {
    static PublicJwk of(ECKey key) {
        return new PublicJwk(
                "EC",
                key.getCurve().getName(),
                key.getX().toString(),
                key.getY().toString(),
                key.getKeyID(),
                "sig",
                "ES256");
    }
}
