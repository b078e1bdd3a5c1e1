package io.plinth.issuer.internal.rest;

import io.plinth.capability.RestResource;
import io.plinth.issuer.internal.Client;
import io.plinth.issuer.internal.Clients.NewClient;
import io.plinth.issuer.internal.EmbeddedIssuer;
import io.plinth.problem.ProblemException;
import io.plinth.rest.Answers;
import io.plinth.rest.Described;
import io.plinth.rest.Page;
import io.plinth.rest.PageRequest;
import io.plinth.security.Role;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.annotation.security.RolesAllowed;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.UriInfo;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** OAuth clients, for admins. */
@Component(enabled = false, service = RestResource.class)
@Path("/api/v1/clients")
@RolesAllowed(Role.ADMIN_NAME)
@Produces(MediaType.APPLICATION_JSON)
public final class ClientResource implements RestResource {
    /** A client as others may see it: never its secret. */
    public record ClientView(
            String clientId, String name, List<String> roles, Optional<String> userId, Instant createdAt) {
        public ClientView {
            roles = List.copyOf(roles);
        }

        static ClientView of(Client client) {
            return new ClientView(
                    client.id(),
                    client.name(),
                    client.roles().stream().map(Role::roleName).sorted().toList(),
                    Optional.ofNullable(client.userId()),
                    client.createdAt());
        }
    }

    /** The one time that the secret is shown. */
    public record CreatedClient(String clientId, String clientSecret) {}

    private final EmbeddedIssuer issuer;

    @Activate
    public ClientResource(@Reference EmbeddedIssuer issuer) {
        this.issuer = issuer;
    }

    @POST
    @RolesAllowed(Role.ADMIN_NAME)
    @Consumes(MediaType.APPLICATION_JSON)
    @Answers(status = 201, body = CreatedClient.class, refusals = 422)
    public Response create(@Nullable ClientRequest body, @Context UriInfo uri) {
        if (body == null) {
            throw ProblemException.invalid("body", "must be a JSON object");
        }
        NewClient made = issuer.clients().create(body.checkedName(), body.checkedRoles(), body.userId());
        return Response.created(
                        uri.getAbsolutePathBuilder().path(made.client().id()).build())
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(new CreatedClient(made.client().id(), made.secret()))
                .build();
    }

    @GET
    @RolesAllowed(Role.ADMIN_NAME)
    public Page<ClientView> list(
            @QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
        PageRequest page = PageRequest.parse(limit, cursor);
        // One more than asked for tells whether there is a next page.
        List<Client> found = issuer.clients().list(page.limit() + 1, page.after());
        boolean isLast = found.size() <= page.limit();
        List<Client> shown = isLast ? found : found.subList(0, page.limit());
        return new Page<>(
                shown.stream().map(ClientView::of).toList(),
                isLast ? null : PageRequest.cursor(shown.get(shown.size() - 1).id()));
    }

    @GET
    @Path("{clientId}")
    @RolesAllowed(Role.ADMIN_NAME)
    public ClientView get(@PathParam("clientId") @Described("Id of the OAuth client.") String clientId) {
        return issuer.clients().find(clientId).map(ClientView::of).orElseThrow(ClientResource::unknown);
    }

    @DELETE
    @Path("{clientId}")
    @RolesAllowed(Role.ADMIN_NAME)
    public Response delete(@PathParam("clientId") @Described("Id of the OAuth client.") String clientId) {
        if (!issuer.clients().remove(clientId)) {
            throw unknown();
        }
        return Response.noContent().build();
    }

    private static ProblemException unknown() {
        return ProblemException.notFound("There is no client with this id.");
    }
}
