package io.plinth.transactions.internal.rest;

import io.plinth.problem.ProblemException;
import io.plinth.rest.JsonObject;
import io.plinth.transactions.BatchMode;
import io.plinth.transactions.KeyedRequest;
import io.plinth.transactions.Ledger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Body of {@code POST /transactions/batch}. */
public record CreateBatch(
        @Nullable BatchMode mode, @Nullable List<@Nullable Item> items) {

    /** A transaction with its key. */
    public record Item(
            @Nullable String idempotencyKey,
            CreateTransaction.@Nullable Kind kind,
            @Nullable String debitAccountId,
            @Nullable String creditAccountId,
            @Nullable Long amount,
            @Nullable String currency,
            @Nullable String reference,
            @Nullable JsonObject metadata,
            @Nullable Instant expiresAt) {
        KeyedRequest toRequest() {
            CreateTransaction transaction = new CreateTransaction(
                    kind, debitAccountId, creditAccountId, amount, currency, reference, metadata, expiresAt);
            return new KeyedRequest(Fields.required("idempotencyKey", idempotencyKey), transaction.toRequest());
        }

        /** Without reference and metadata. */
        @Override
        public String toString() {
            return "Item[kind=" + kind + ", amount=" + amount + ", currency=" + currency + "]";
        }
    }

    BatchMode requiredMode() {
        return Fields.required("mode", mode);
    }

    /** @throws ProblemException 400 naming the field, such as {@code items[3].amount} */
    List<KeyedRequest> toRequests() {
        List<@Nullable Item> given = Fields.required("items", items);
        if (given.isEmpty() || given.size() > Ledger.BATCH_ITEMS_MAX) {
            throw ProblemException.invalid("items", "must be 1 to " + Ledger.BATCH_ITEMS_MAX + " transactions");
        }
        List<KeyedRequest> requests = new ArrayList<>(given.size());
        for (int index = 0; index < given.size(); index++) {
            String part = "items[" + index + "]";
            Item item = Fields.required(part, given.get(index));
            requests.add(Fields.within(part, item::toRequest));
        }
        return requests;
    }
}
