package io.plinth.transactions.internal.rest;

import io.plinth.rest.JsonObject;
import io.plinth.transactions.LedgerTransaction;
import java.time.Instant;
import java.util.Optional;

/** A transaction as JSON. What may be null is an {@code Optional}, so that the description of the API says so. */
public record TransactionBody(
        String id,
        String kind,
        String status,
        String debitAccountId,
        String creditAccountId,
        long amount,
        String currency,
        Optional<String> reference,
        Optional<JsonObject> metadata,
        Optional<String> relatedTo,
        Instant createdAt,
        Optional<Instant> expiresAt) {
    static TransactionBody of(LedgerTransaction transaction) {
        return new TransactionBody(
                transaction.id(),
                transaction.kind().kindName(),
                transaction.status().statusName(),
                transaction.debitAccountId(),
                transaction.creditAccountId(),
                transaction.amount(),
                transaction.currency(),
                Optional.ofNullable(transaction.reference()),
                Optional.ofNullable(transaction.metadata()).map(JsonObject::new),
                Optional.ofNullable(transaction.relatedTo()),
                transaction.createdAt(),
                Optional.ofNullable(transaction.expiresAt()));
    }

    /** Without reference and metadata. */
    @Override
    public String toString() {
        return "TransactionBody[id=" + id + ", kind=" + kind + ", status=" + status + "]";
    }
}
