package io.plinth.transactions.internal;

import io.plinth.transactions.Outcome;
import io.plinth.transactions.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code idempotency_keys}: exactly one of transaction and refusal is there.
 *
 * @param requestHash SHA-256 in hexadecimal, see {@link RequestHash}
 */
record StoredAnswer(
        AnswerKey key,
        String requestHash,
        @Nullable TransactionRow transaction,
        @Nullable Refusal refusal) {
    StoredAnswer {
        if ((transaction == null) == (refusal == null)) {
            throw new IllegalArgumentException("an answer is either a transaction or a refusal");
        }
    }

    Outcome outcome(boolean isReplayed) {
        if (transaction != null) {
            return new Outcome.Done(transaction.atFirst(), isReplayed);
        }
        if (refusal != null) {
            return new Outcome.Refused(refusal, isReplayed);
        }
        throw new IllegalStateException("the constructor lets nothing else in");
    }
}
