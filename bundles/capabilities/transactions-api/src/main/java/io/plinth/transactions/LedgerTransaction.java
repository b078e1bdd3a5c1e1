package io.plinth.transactions;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot of one transaction. All but its status never changes.
 *
 * @param id UUIDv7
 * @param amount in minor units, at least 1; of a void or expiry what it gave back
 * @param currency ISO 4217 code, the one of both accounts
 * @param reference as it was given; {@code null} for none
 * @param metadata JSON object as it was given; {@code null} for none. Personal data: neither in events nor in logs
 * @param relatedTo id of the hold or of the transaction that it reverses; {@code null} for transfers and holds
 * @param expiresAt end of a hold, in whole microseconds; {@code null} for one without end and for all others
 * @param createdAt in whole microseconds
 */
public record LedgerTransaction(
        String id,
        TransactionKind kind,
        TransactionStatus status,
        String debitAccountId,
        String creditAccountId,
        long amount,
        String currency,
        @Nullable String reference,
        @Nullable String metadata,
        @Nullable String relatedTo,
        @Nullable Instant expiresAt,
        Instant createdAt) {
    /** Without reference and metadata, so that a transaction may be logged. */
    @Override
    public String toString() {
        return "LedgerTransaction[id=" + id + ", kind=" + kind + ", status=" + status + "]";
    }
}
