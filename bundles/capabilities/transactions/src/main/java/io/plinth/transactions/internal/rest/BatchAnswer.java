package io.plinth.transactions.internal.rest;

import io.plinth.rest.JsonObject;
import io.plinth.transactions.Outcome;
import io.plinth.transactions.Outcome.Done;
import io.plinth.transactions.Outcome.Refused;
import java.util.List;

/** Answer to {@code POST /transactions/batch}, item by item. */
public record BatchAnswer(List<Result> results) {
    static BatchAnswer of(List<Outcome> outcomes) {
        return new BatchAnswer(outcomes.stream().map(Result::of).toList());
    }

    /**
     * What the item would have been answered by itself.
     *
     * @param status HTTP status
     * @param body a transaction, or a problem document
     */
    public record Result(int status, Object body) {
        static Result of(Outcome outcome) {
            if (outcome instanceof Done done) {
                return new Result(201, TransactionBody.of(done.transaction()));
            }
            Refused refused = (Refused) outcome;
            return new Result(
                    refused.refusal().type().status(),
                    new JsonObject(OutcomeAnswers.problem(refused.refusal(), TransactionsResource.PATH)));
        }
    }
}
