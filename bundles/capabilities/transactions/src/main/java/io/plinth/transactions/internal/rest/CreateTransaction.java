package io.plinth.transactions.internal.rest;

import io.plinth.problem.ProblemException;
import io.plinth.rest.JsonObject;
import io.plinth.transactions.TransactionRequest;
import io.plinth.transactions.TransactionRequest.Hold;
import io.plinth.transactions.TransactionRequest.Transfer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Body of {@code POST /transactions}. */
public record CreateTransaction(
        @Nullable Kind kind,
        @Nullable String debitAccountId,
        @Nullable String creditAccountId,
        @Nullable Long amount,
        @Nullable String currency,
        @Nullable String reference,
        @Nullable JsonObject metadata,
        @Nullable Instant expiresAt) {

    /** The kinds that a client can ask for by themselves. */
    public enum Kind {
        TRANSFER,
        HOLD
    }

    /** @throws ProblemException 400 naming the field that is missing or ill-formed */
    TransactionRequest toRequest() {
        Kind wanted = Fields.required("kind", kind);
        String debit = Fields.required("debitAccountId", debitAccountId);
        String credit = Fields.required("creditAccountId", creditAccountId);
        long units = Fields.required("amount", amount);
        String code = Fields.required("currency", currency);
        String data = metadata == null ? null : metadata.text();
        return switch (wanted) {
            case TRANSFER -> {
                if (expiresAt != null) {
                    throw ProblemException.invalid("expiresAt", "is for a hold only; a transfer is done at once");
                }
                yield new Transfer(debit, credit, units, code, reference, data);
            }
            case HOLD -> new Hold(debit, credit, units, code, reference, data, expiresAt);
        };
    }

    /** Without reference and metadata. */
    @Override
    public String toString() {
        return "CreateTransaction[kind=" + kind + ", amount=" + amount + ", currency=" + currency + "]";
    }
}
