package io.plinth.transactions.internal.rest;

import io.plinth.problem.ProblemJson;
import io.plinth.transactions.LedgerTransaction;
import io.plinth.transactions.Outcome;
import io.plinth.transactions.Outcome.Done;
import io.plinth.transactions.Outcome.Refused;
import io.plinth.transactions.Refusal;
import java.nio.charset.StandardCharsets;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.UriInfo;

/** Stored answers as responses. A refusal is one of them and no exception: it too may be a replay, and says so. */
final class OutcomeAnswers {
    static final String REPLAYED = "Idempotency-Replayed";

    private OutcomeAnswers() {}

    static Response of(Outcome outcome, UriInfo uri) {
        Response.ResponseBuilder answer =
                outcome instanceof Done done ? created(done.transaction(), uri) : refused((Refused) outcome, uri);
        if (outcome.isReplayed()) {
            answer.header(REPLAYED, "true");
        }
        return answer.build();
    }

    /** The problem document of a refusal. */
    static String problem(Refusal refusal, String instance) {
        return ProblemJson.of(refusal.type(), refusal.detail(), instance, refusal.errors());
    }

    private static Response.ResponseBuilder created(LedgerTransaction transaction, UriInfo uri) {
        return Response.created(uri.getAbsolutePathBuilder()
                        .replacePath(TransactionsResource.PATH + '/' + transaction.id())
                        .build())
                .entity(TransactionBody.of(transaction));
    }

    private static Response.ResponseBuilder refused(Refused refused, UriInfo uri) {
        String document = problem(refused.refusal(), uri.getRequestUri().getRawPath());
        byte[] body = document.getBytes(StandardCharsets.US_ASCII);
        return Response.status(refused.refusal().type().status())
                .type(ProblemJson.MEDIA_TYPE)
                .header(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length))
                .entity(body);
    }
}
