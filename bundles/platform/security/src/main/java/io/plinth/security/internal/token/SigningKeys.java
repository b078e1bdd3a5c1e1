package io.plinth.security.internal.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import java.text.ParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The public keys of an issuer that can verify access tokens, by key id. Identity tells one set from the next. */
final class SigningKeys {
    /** A key verifies one algorithm only, so that no token can choose how it is read. */
    record SigningKey(JWSAlgorithm algorithm, JWSVerifier verifier) {}

    private static final Logger LOG = LoggerFactory.getLogger(SigningKeys.class);
    private static final int KEYS_MAX = 50;
    private static final int RSA_BITS_MIN = 2048;

    private final Map<String, SigningKey> keys;

    private SigningKeys(Map<String, SigningKey> keys) {
        this.keys = Map.copyOf(keys);
    }

    /**
     * Reads a JWK Set; keys for other purposes are left out.
     *
     * @throws ParseException when it is none
     */
    static SigningKeys parse(String jwks) throws ParseException {
        Map<String, SigningKey> keys = new HashMap<>();
        for (JWK jwk : JWKSet.parse(jwks).getKeys()) {
            String id = jwk.getKeyID();
            if (id == null
                    || keys.size() >= KEYS_MAX
                    || (jwk.getKeyUse() != null && jwk.getKeyUse() != KeyUse.SIGNATURE)) {
                continue;
            }
            try {
                Optional<SigningKey> key = key(jwk);
                if (key.isPresent() && keys.putIfAbsent(id, key.get()) != null) {
                    LOG.warn("The issuer has two keys with one id; the second is not used");
                }
            } catch (JOSEException unfit) {
                LOG.warn("A key of the issuer cannot be used: {}", unfit.getMessage());
            }
        }
        return new SigningKeys(keys);
    }

    private static Optional<SigningKey> key(JWK jwk) throws JOSEException {
        if (jwk instanceof ECKey ec && Curve.P_256.equals(ec.getCurve()) && isFor(jwk, JWSAlgorithm.ES256)) {
            return Optional.of(new SigningKey(JWSAlgorithm.ES256, new ECDSAVerifier(ec.toPublicJWK())));
        }
        if (jwk instanceof RSAKey rsa && rsa.size() >= RSA_BITS_MIN && isFor(jwk, JWSAlgorithm.RS256)) {
            return Optional.of(new SigningKey(JWSAlgorithm.RS256, new RSASSAVerifier(rsa.toPublicJWK())));
        }
        return Optional.empty();
    }

    private static boolean isFor(JWK jwk, JWSAlgorithm algorithm) {
        return jwk.getAlgorithm() == null || jwk.getAlgorithm().equals(algorithm);
    }

    Optional<SigningKey> find(String keyId) {
        return Optional.ofNullable(keys.get(keyId));
    }

    boolean isEmpty() {
        return keys.isEmpty();
    }
}
