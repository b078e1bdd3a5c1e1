package io.plinth.transactions.internal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The chain of keyed hashes over the entries of one account: each is HMAC-SHA256 (RFC 2104) over the one before it and the
 * encoding of an entry and its transaction; the first one stands for the account. Who has no key cannot make the next link,
 * and nothing in the middle is changed, removed or put in without changing all that follow.
 */
final class SealChain {
    /** Of a hash, as much as is kept for every entry. */
    static final int MARK_BYTES = 8;

    private static final String ALGORITHM = "HmacSHA256";

    private final Mac mac;
    private byte[] link;

    private SealChain(Mac mac, byte[] link) {
        this.mac = mac;
        this.link = link;
    }

    /** The beginning of the chain of an account. */
    static SealChain of(byte[] key, UUID accountId) {
        Mac mac = mac(key);
        mac.update("plinth ledger seal 1\n".getBytes(StandardCharsets.US_ASCII));
        return new SealChain(mac, mac.doFinal(Columns.bytes(accountId)));
    }

    /** The chain from a seal on. */
    static SealChain from(byte[] key, byte[] seal) {
        return new SealChain(mac(key), seal.clone());
    }

    private static Mac mac(byte[] key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has " + ALGORITHM, impossible);
        }
    }

    void add(JournalRow row) {
        mac.update(link);
        link = mac.doFinal(row.encoding());
    }

    byte[] seal() {
        return link.clone();
    }

    byte[] mark() {
        return Arrays.copyOf(link, MARK_BYTES);
    }
}
