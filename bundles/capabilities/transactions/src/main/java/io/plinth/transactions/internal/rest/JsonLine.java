package io.plinth.transactions.internal.rest;

import io.plinth.transactions.LedgerTransaction;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Transactions as lines of JSON, each the same object as {@link TransactionBody}; written by hand, since there are millions. */
final class JsonLine {
    private JsonLine() {}

    static void append(StringBuilder text, LedgerTransaction transaction) {
        text.append("{\"id\":");
        appendText(text, transaction.id());
        text.append(",\"kind\":");
        appendText(text, transaction.kind().kindName());
        text.append(",\"status\":");
        appendText(text, transaction.status().statusName());
        text.append(",\"debitAccountId\":");
        appendText(text, transaction.debitAccountId());
        text.append(",\"creditAccountId\":");
        appendText(text, transaction.creditAccountId());
        text.append(",\"amount\":").append(transaction.amount());
        text.append(",\"currency\":");
        appendText(text, transaction.currency());
        text.append(",\"reference\":");
        appendText(text, transaction.reference());
        // Metadata is JSON itself.
        text.append(",\"metadata\":").append(transaction.metadata());
        text.append(",\"relatedTo\":");
        appendText(text, transaction.relatedTo());
        text.append(",\"createdAt\":");
        appendTime(text, transaction.createdAt());
        text.append(",\"expiresAt\":");
        appendTime(text, transaction.expiresAt());
        text.append("}\n");
    }

    private static void appendTime(StringBuilder text, @Nullable Instant time) {
        appendText(text, time == null ? null : time.toString());
    }

    /** A JSON string (RFC 8259, section 7), or {@code null}. */
    private static void appendText(StringBuilder text, @Nullable String value) {
        if (value == null) {
            text.append("null");
            return;
        }
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < 0x20) {
                text.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 0xf, 16));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }
}
