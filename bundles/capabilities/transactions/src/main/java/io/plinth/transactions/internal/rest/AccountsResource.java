package io.plinth.transactions.internal.rest;

import io.plinth.capability.RestResource;
import io.plinth.problem.ProblemException;
import io.plinth.rest.Answers;
import io.plinth.rest.Described;
import io.plinth.rest.Page;
import io.plinth.rest.Timestamps;
import io.plinth.security.Role;
import io.plinth.transactions.Account;
import io.plinth.transactions.Initiator;
import io.plinth.transactions.Ledger;
import java.time.Instant;
import java.util.Optional;
import javax.annotation.security.RolesAllowed;
import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
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

/** {@code /api/v1/accounts}. Who may see and do what is the ledger's own business. */
@Path("/api/v1/accounts")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Role.ADMIN_NAME, Role.SERVICE_NAME, Role.USER_NAME})
@Component(service = RestResource.class)
public final class AccountsResource implements RestResource {
    private final Ledger ledger;

    @Activate
    public AccountsResource(@Reference Ledger ledger) {
        this.ledger = ledger;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Answers(
            status = 201,
            body = AccountBody.class,
            refusals = {409, 422})
    public Response open(@Nullable CreateAccount body, @Context SecurityContext security, @Context UriInfo uri) {
        Account account = ledger.openAccount(
                Initiators.of(security), Fields.requiredBody(body).toNewAccount());
        return Response.created(uri.getAbsolutePathBuilder().path(account.id()).build())
                .entity(AccountBody.of(account))
                .build();
    }

    @GET
    public Page<AccountBody> list(
            @QueryParam("ownerId")
                    @Described("Id of the user whose accounts are wanted; all visible ones if left out.")
                    @Nullable
                    String ownerId,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @Context SecurityContext security) {
        return Pages.answer(
                ledger.accounts(Initiators.of(security), Optional.ofNullable(ownerId), Pages.key(limit, cursor)),
                AccountBody::of);
    }

    @GET
    @Path("{id}")
    public AccountBody get(
            @PathParam("id") @Described("Id of the account.") String id,
            @QueryParam("at") @Described("Time as of which the balance is wanted, RFC 3339; now if left out.") @Nullable
                    String at,
            @Context SecurityContext security) {
        Initiator initiator = Initiators.of(security);
        Optional<Instant> time = Timestamps.parse("at", at);
        Optional<Account> account =
                time.isPresent() ? ledger.findAccount(initiator, id, time.get()) : ledger.findAccount(initiator, id);
        return account.map(AccountBody::of)
                .orElseThrow(() -> ProblemException.notFound(
                        time.isPresent() ? "There was no such account at that time." : "There is no such account."));
    }

    @POST
    @Path("{id}/close")
    @Answers(body = AccountBody.class, refusals = 409)
    public AccountBody close(
            @PathParam("id") @Described("Id of the account.") String id, @Context SecurityContext security) {
        return AccountBody.of(ledger.closeAccount(Initiators.of(security), id));
    }

    @GET
    @Path("{id}/statement")
    public Page<MovementBody> statement(
            @PathParam("id") @Described("Id of the account.") String id,
            @QueryParam("from") @Described("First time, RFC 3339; the beginning if left out.") @Nullable String from,
            @QueryParam("to") @Described("Time before which the statement ends, RFC 3339; now if left out.") @Nullable
                    String to,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @Context SecurityContext security) {
        Period period = Period.parse(from, to);
        return Pages.answer(
                ledger.statement(Initiators.of(security), id, period.from(), period.to(), Pages.key(limit, cursor)),
                MovementBody::of);
    }
}
