package io.plinth.issuer.internal;

import java.time.Instant;

/**
 * A signing key as it lies in the database.
 *
 * @param id {@code kid}
 * @param publicJwk JSON
 * @param privateJwkEncrypted see {@link KeyCipher}
 */
record StoredKey(String id, String publicJwk, byte[] privateJwkEncrypted, Instant createdAt) {
    StoredKey {
        privateJwkEncrypted = privateJwkEncrypted.clone();
    }

    @Override
    public byte[] privateJwkEncrypted() {
        return privateJwkEncrypted.clone();
    }
}
