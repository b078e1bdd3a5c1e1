package io.plinth.issuer.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts private keys for the database with AES-256-GCM (NIST SP 800-38D): one version byte, 12 bytes nonce, cipher text
 * and tag. The key's id is authenticated too, so that one row's content cannot be put into another.
 */
final class KeyCipher {
    private static final byte VERSION = 1;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final String PURPOSE = "plinth issuer signing keys 1";

    private final SecretKey key;
    private final SecureRandom random = new SecureRandom();

    /**
     * Derives the key.
     *
     * @param secret at least 256 random bits as text
     */
    KeyCipher(String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            this.key = new SecretKeySpec(mac.doFinal(PURPOSE.getBytes(StandardCharsets.UTF_8)), "AES");
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException("This Java has no HMAC with SHA-256", everyJdkHasIt);
        }
    }

    byte[] encrypt(String id, String text) throws GeneralSecurityException {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] encrypted = cipher(Cipher.ENCRYPT_MODE, nonce, id).doFinal(text.getBytes(StandardCharsets.UTF_8));
        return ByteBuffer.allocate(1 + NONCE_BYTES + encrypted.length)
                .put(VERSION)
                .put(nonce)
                .put(encrypted)
                .array();
    }

    /**
     * The text again.
     *
     * @throws GeneralSecurityException when it was encrypted with another key, or changed
     */
    String decrypt(String id, byte[] stored) throws GeneralSecurityException {
        ByteBuffer buffer = ByteBuffer.wrap(stored);
        if (stored.length < 1 + NONCE_BYTES || buffer.get() != VERSION) {
            throw new GeneralSecurityException("unknown format of an encrypted key");
        }
        byte[] nonce = new byte[NONCE_BYTES];
        buffer.get(nonce);
        byte[] encrypted = new byte[buffer.remaining()];
        buffer.get(encrypted);
        return new String(cipher(Cipher.DECRYPT_MODE, nonce, id).doFinal(encrypted), StandardCharsets.UTF_8);
    }

    private Cipher cipher(int mode, byte[] nonce, String id) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(id.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
