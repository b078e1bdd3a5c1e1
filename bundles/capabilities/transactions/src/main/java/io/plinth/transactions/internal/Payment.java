package io.plinth.transactions.internal;

import io.plinth.transactions.TransactionKind;
import io.plinth.transactions.TransactionRequest.Hold;
import io.plinth.transactions.TransactionRequest.Transfer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What transfers and holds have in common. */
record Payment(
        TransactionKind kind,
        String debitAccountId,
        String creditAccountId,
        long amount,
        String currency,
        @Nullable String reference,
        @Nullable String metadata,
        @Nullable Instant expiresAt) {
    static Payment of(Transfer transfer) {
        return new Payment(
                TransactionKind.TRANSFER,
                transfer.debitAccountId(),
                transfer.creditAccountId(),
                transfer.amount(),
                transfer.currency(),
                transfer.reference(),
                transfer.metadata(),
                null);
    }

    static Payment of(Hold hold) {
        return new Payment(
                TransactionKind.HOLD,
                hold.debitAccountId(),
                hold.creditAccountId(),
                hold.amount(),
                hold.currency(),
                hold.reference(),
                hold.metadata(),
                hold.expiresAt());
    }
}
