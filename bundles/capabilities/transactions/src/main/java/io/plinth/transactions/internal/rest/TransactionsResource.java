package io.plinth.transactions.internal.rest;

import io.plinth.capability.RestResource;
import io.plinth.problem.ProblemException;
import io.plinth.rest.Answers;
import io.plinth.rest.Described;
import io.plinth.rest.Page;
import io.plinth.security.Role;
import io.plinth.transactions.KeyedRequest;
import io.plinth.transactions.Ledger;
import io.plinth.transactions.TransactionFilter;
import io.plinth.transactions.TransactionRequest;
import io.plinth.transactions.TransactionRequest.Capture;
import io.plinth.transactions.TransactionRequest.Reversal;
import io.plinth.transactions.TransactionRequest.Voiding;
import java.util.Optional;
import javax.annotation.security.RolesAllowed;
import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.SecurityContext;
import javax.ws.rs.core.UriInfo;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code /api/v1/transactions}. Who may see and do what is the ledger's own business. */
@Path(TransactionsResource.PATH)
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Role.ADMIN_NAME, Role.SERVICE_NAME, Role.USER_NAME})
@Component(service = RestResource.class)
public final class TransactionsResource implements RestResource {
    static final String PATH = "/api/v1/transactions";

    private final Ledger ledger;

    @Activate
    public TransactionsResource(@Reference Ledger ledger) {
        this.ledger = ledger;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Answers(
            status = 201,
            body = TransactionBody.class,
            refusals = {409, 422})
    public Response create(
            @HeaderParam(Fields.IDEMPOTENCY_KEY) @Nullable String key,
            @Nullable CreateTransaction body,
            @Context SecurityContext security,
            @Context UriInfo uri) {
        return submit(key, Fields.requiredBody(body).toRequest(), security, uri);
    }

    @POST
    @Path("{id}/capture")
    @Consumes(MediaType.APPLICATION_JSON)
    @Answers(
            status = 201,
            body = TransactionBody.class,
            refusals = {409, 422})
    public Response capture(
            @PathParam("id") @Described("Id of the hold.") String id,
            @HeaderParam(Fields.IDEMPOTENCY_KEY) @Nullable String key,
            Optional<AmountBody> body,
            @Context SecurityContext security,
            @Context UriInfo uri) {
        return submit(key, new Capture(id, AmountBody.amount(body)), security, uri);
    }

    @POST
    @Path("{id}/void")
    @Consumes(MediaType.APPLICATION_JSON)
    @Answers(
            status = 201,
            body = TransactionBody.class,
            refusals = {409, 422})
    public Response voidHold(
            @PathParam("id") @Described("Id of the hold.") String id,
            @HeaderParam(Fields.IDEMPOTENCY_KEY) @Nullable String key,
            Optional<NothingBody> body,
            @Context SecurityContext security,
            @Context UriInfo uri) {
        return submit(key, new Voiding(id), security, uri);
    }

    @POST
    @Path("{id}/reverse")
    @Consumes(MediaType.APPLICATION_JSON)
    @Answers(
            status = 201,
            body = TransactionBody.class,
            refusals = {409, 422})
    public Response reverse(
            @PathParam("id") @Described("Id of the transfer or capture.") String id,
            @HeaderParam(Fields.IDEMPOTENCY_KEY) @Nullable String key,
            Optional<AmountBody> body,
            @Context SecurityContext security,
            @Context UriInfo uri) {
        return submit(key, new Reversal(id, AmountBody.amount(body)), security, uri);
    }

    @POST
    @Path("batch")
    @Consumes(MediaType.APPLICATION_JSON)
    @Answers(body = BatchAnswer.class, refusals = 422)
    public BatchAnswer batch(@Nullable CreateBatch body, @Context SecurityContext security) {
        CreateBatch batch = Fields.requiredBody(body);
        return BatchAnswer.of(ledger.submitBatch(Initiators.of(security), batch.requiredMode(), batch.toRequests()));
    }

    @GET
    @Path("{id}")
    public TransactionBody get(
            @PathParam("id") @Described("Id of the transaction.") String id, @Context SecurityContext security) {
        return ledger.findTransaction(Initiators.of(security), id)
                .map(TransactionBody::of)
                .orElseThrow(() -> ProblemException.notFound("There is no such transaction."));
    }

    @GET
    public Page<TransactionBody> list(
            @QueryParam("accountId") @Described(FilterParameters.ACCOUNT) @Nullable String accountId,
            @QueryParam("userId") @Described(FilterParameters.USER) @Nullable String userId,
            @QueryParam("status") @Described(FilterParameters.STATUS) @Nullable String status,
            @QueryParam("kind") @Described(FilterParameters.KIND) @Nullable String kind,
            @QueryParam("reference") @Described(FilterParameters.REFERENCE) @Nullable String reference,
            @QueryParam("from") @Described(FilterParameters.FROM) @Nullable String from,
            @QueryParam("to") @Described(FilterParameters.TO) @Nullable String to,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @Context SecurityContext security) {
        TransactionFilter filter = FilterParameters.parse(accountId, userId, status, kind, reference, from, to);
        return Pages.answer(
                ledger.transactions(Initiators.of(security), filter, Pages.key(limit, cursor)), TransactionBody::of);
    }

    private Response submit(@Nullable String key, TransactionRequest request, SecurityContext security, UriInfo uri) {
        KeyedRequest keyed = new KeyedRequest(Fields.requiredKey(key), request);
        return OutcomeAnswers.of(ledger.submit(Initiators.of(security), keyed), uri);
    }
}
