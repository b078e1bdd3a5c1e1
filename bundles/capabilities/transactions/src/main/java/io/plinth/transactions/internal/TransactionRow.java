package io.plinth.transactions.internal;

import io.plinth.transactions.LedgerTransaction;
import io.plinth.transactions.TransactionKind;
import io.plinth.transactions.TransactionStatus;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code transactions}.
 *
 * @param initiatorClient {@code null} for the server itself
 */
record TransactionRow(
        UUID id,
        TransactionKind kind,
        UUID debitAccountId,
        UUID creditAccountId,
        UUID debitOwnerId,
        UUID creditOwnerId,
        long amount,
        String currency,
        @Nullable UUID relatedTo,
        @Nullable String reference,
        @Nullable String metadata,
        @Nullable String initiatorClient,
        @Nullable UUID initiatorUserId,
        @Nullable Instant expiresAt,
        Instant createdAt) {
    LedgerTransaction with(TransactionStatus status) {
        return new LedgerTransaction(
                id.toString(),
                kind,
                status,
                debitAccountId.toString(),
                creditAccountId.toString(),
                amount,
                currency,
                reference,
                metadata,
                relatedTo == null ? null : relatedTo.toString(),
                expiresAt,
                createdAt);
    }

    /** As it was when it was made. */
    LedgerTransaction atFirst() {
        return with(TransactionStatus.initial(kind));
    }

    /** Without reference and metadata. */
    @Override
    public String toString() {
        return "TransactionRow[id=" + id + ", kind=" + kind + "]";
    }
}
