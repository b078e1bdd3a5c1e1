package io.plinth.transactions.internal;

import io.plinth.transactions.Initiator;
import io.plinth.transactions.TransactionRequest;
import io.plinth.transactions.TransactionRequest.Capture;
import io.plinth.transactions.TransactionRequest.Hold;
import io.plinth.transactions.TransactionRequest.Reversal;
import io.plinth.transactions.TransactionRequest.Transfer;
import io.plinth.transactions.TransactionRequest.Voiding;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a key is used for the same again: SHA-256 over method and path, the user who acts, and the fields of the body.
 * Keys outlive versions of this bundle, so what is hashed must never change for a request that already can be made: a new
 * field is added at the end and, while it is {@code null}, adds nothing.
 *
 * <p>The user is part of it, since many may share one client: the answer that one of them got is not for another.
 */
final class RequestHash {
    private static final String TRANSACTIONS = "POST /api/v1/transactions";

    private final MessageDigest digest;

    private RequestHash() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    /** In hexadecimal. */
    static String of(Initiator initiator, TransactionRequest request) {
        RequestHash hash = new RequestHash();
        hash.call(request);
        hash.field("user", initiator.userId().orElse(null));
        hash.body(request);
        return HexFormat.of().formatHex(hash.digest.digest());
    }

    private void call(TransactionRequest request) {
        if (request instanceof Capture capture) {
            field("call", TRANSACTIONS + '/' + capture.holdId() + "/capture");
        } else if (request instanceof Voiding voiding) {
            field("call", TRANSACTIONS + '/' + voiding.holdId() + "/void");
        } else if (request instanceof Reversal reversal) {
            field("call", TRANSACTIONS + '/' + reversal.transactionId() + "/reverse");
        } else {
            field("call", TRANSACTIONS);
        }
    }

    private void body(TransactionRequest request) {
        if (request instanceof Transfer transfer) {
            field("kind", "transfer");
            field("debitAccountId", transfer.debitAccountId());
            field("creditAccountId", transfer.creditAccountId());
            field("amount", transfer.amount());
            field("currency", transfer.currency());
            field("reference", transfer.reference());
            field("metadata", transfer.metadata());
        } else if (request instanceof Hold hold) {
            field("kind", "hold");
            field("debitAccountId", hold.debitAccountId());
            field("creditAccountId", hold.creditAccountId());
            field("amount", hold.amount());
            field("currency", hold.currency());
            field("reference", hold.reference());
            field("metadata", hold.metadata());
            field("expiresAt", hold.expiresAt());
        } else if (request instanceof Capture capture) {
            field("amount", capture.amount());
        } else if (request instanceof Reversal reversal) {
            field("amount", reversal.amount());
        }
    }

    /** With its length, so that no two lists of fields are the same bytes. */
    private void field(String name, @Nullable Object value) {
        if (value != null) {
            byte[] bytes = value.toString().getBytes(StandardCharsets.UTF_8);
            digest.update((name + ':' + bytes.length + ':').getBytes(StandardCharsets.US_ASCII));
            digest.update(bytes);
        }
    }
}
