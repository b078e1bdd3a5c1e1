package io.plinth.issuer.internal;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.plinth.problem.ProblemException;
import java.security.GeneralSecurityException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signing keys. All public ones verify; the newest private one that this server can decrypt signs. A server that can
 * decrypt none (another data folder, same database) makes its own beside the others, and each verifies all.
 */
final class KeyRing {
    /** What is current, as one value. */
    record Keys(String signingKeyId, JWSSigner signer, List<PublicJwk> publicKeys, String jwks) {
        Keys {
            publicKeys = List.copyOf(publicKeys);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(KeyRing.class);

    private final SigningKeyStore store;
    private final KeyCipher cipher;
    private final Clock clock;
    private final NoArgGenerator ids = Generators.timeBasedEpochGenerator();
    private volatile @Nullable Keys keys;

    KeyRing(SigningKeyStore store, KeyCipher cipher, Clock clock) {
        this.store = store;
        this.cipher = cipher;
        this.clock = clock;
    }

    /**
     * The keys.
     *
     * @throws ProblemException 503 before they were loaded
     */
    Keys keys() {
        Keys loaded = keys;
        if (loaded == null) {
            throw ProblemException.unavailable(
                    "The signing keys have not been read from the database yet.", Duration.ofSeconds(1), null);
        }
        return loaded;
    }

    boolean isLoaded() {
        return keys != null;
    }

    /** Reads the keys again, and makes one where this server has none. */
    void load() {
        List<StoredKey> stored = store.all();
        if (stored.stream().noneMatch(key -> decrypt(key).isPresent())) {
            if (!stored.isEmpty()) {
                LOG.warn(
                        "None of the {} signing keys in the database can be decrypted with the secret"
                                + " issuer-key-encryption-key of this server, so it makes its own. Servers that share a"
                                + " database should share PLINTH_ISSUER_KEY_ENCRYPTION_KEY.",
                        stored.size());
            }
            stored = store.allOrAdd(key -> decrypt(key).isPresent(), this::make);
        }
        keys = assemble(stored);
    }

    private Keys assemble(List<StoredKey> stored) {
        try {
            List<JWK> all = new ArrayList<>();
            List<PublicJwk> published = new ArrayList<>();
            for (StoredKey key : stored) {
                ECKey publicKey = ECKey.parse(key.publicJwk()).toPublicJWK();
                all.add(publicKey);
                published.add(PublicJwk.of(publicKey));
            }
            ECKey own = stored.stream()
                    .map(this::decrypt)
                    .flatMap(Optional::stream)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("A signing key that was just made is not there"));
            return new Keys(own.getKeyID(), new ECDSASigner(own), published, new JWKSet(all).toString());
        } catch (ParseException | JOSEException broken) {
            throw new IllegalStateException("A signing key in table oauth_signing_keys cannot be read", broken);
        }
    }

    private StoredKey make() {
        try {
            String id = ids.generate().toString();
            ECKey key = new ECKeyGenerator(Curve.P_256)
                    .keyID(id)
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(JWSAlgorithm.ES256)
                    .generate();
            LOG.info("Made signing key {}", id);
            return new StoredKey(
                    id,
                    key.toPublicJWK().toJSONString(),
                    cipher.encrypt(id, key.toJSONString()),
                    clock.instant().truncatedTo(ChronoUnit.MICROS));
        } catch (JOSEException | GeneralSecurityException impossible) {
            throw new IllegalStateException("A signing key cannot be made", impossible);
        }
    }

    private Optional<ECKey> decrypt(StoredKey key) {
        try {
            return Optional.of(ECKey.parse(cipher.decrypt(key.id(), key.privateJwkEncrypted())));
        } catch (GeneralSecurityException | ParseException ofAnotherServer) {
            LOG.debug("Signing key {} is of another server", key.id(), ofAnotherServer);
            return Optional.empty();
        }
    }
}
