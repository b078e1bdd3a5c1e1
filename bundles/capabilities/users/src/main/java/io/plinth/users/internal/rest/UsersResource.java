package io.plinth.users.internal.rest;

import io.plinth.capability.RestResource;
import io.plinth.problem.ProblemException;
import io.plinth.rest.Answers;
import io.plinth.rest.Described;
import io.plinth.rest.EntityVersions;
import io.plinth.rest.Page;
import io.plinth.rest.PageRequest;
import io.plinth.security.Caller;
import io.plinth.security.PasswordHasher;
import io.plinth.security.Role;
import io.plinth.tx.Transactions;
import io.plinth.users.User;
import io.plinth.users.UserPage;
import io.plinth.users.UserSearch;
import io.plinth.users.Users;
import io.plinth.users.internal.JpaUsers;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import javax.annotation.security.RolesAllowed;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.PATCH;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.SecurityContext;
import javax.ws.rs.core.UriInfo;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code /api/v1/users}: who may see and do what with users. */
@Path("/api/v1/users")
@Produces(MediaType.APPLICATION_JSON)
@Component(service = RestResource.class)
public final class UsersResource implements RestResource {
    private static final String MERGE_PATCH = "application/merge-patch+json";
    private static final Pattern CURSOR_KEY = Pattern.compile("[0-9a-f-]{36}");

    private final Users users;

    /** Uses the users of its own version, which the service {@link Users} need not be. */
    @Activate
    public UsersResource(
            @Reference Transactions transactions, @Reference PasswordHasher passwords, @Reference Clock clock) {
        this(new JpaUsers(transactions, passwords, clock));
    }

    UsersResource(Users users) {
        this.users = users;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Role.ADMIN_NAME)
    @Answers(status = 201, body = UserBody.class, refusals = 409)
    public Response create(@Nullable CreateUser body, @Context UriInfo uri) {
        User user = users.create(required(body).toNewUser());
        return Response.created(uri.getAbsolutePathBuilder().path(user.id()).build())
                .tag(EntityVersions.tag(user.version()))
                .entity(UserBody.of(user))
                .build();
    }

    @GET
    @RolesAllowed({Role.ADMIN_NAME, Role.SERVICE_NAME})
    public Page<UserBody> search(
            @QueryParam("q") @Described("Beginning of a username or e-mail, at most 254 characters.") @Nullable
                    String prefix,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor) {
        PageRequest page = PageRequest.parse(limit, cursor);
        if (page.after().filter(key -> !CURSOR_KEY.matcher(key).matches()).isPresent()) {
            throw ProblemException.invalid("cursor", "is not a cursor of this list");
        }
        String text = prefix == null ? "" : prefix;
        if (text.length() > UserSearch.PREFIX_LENGTH_MAX) {
            throw ProblemException.invalid("q", "must have at most " + UserSearch.PREFIX_LENGTH_MAX + " characters");
        }
        UserPage found = users.search(new UserSearch(text, page.limit(), page.after()));
        return new Page<>(
                found.users().stream().map(UserBody::of).toList(),
                found.nextAfterId().map(PageRequest::cursor).orElse(null));
    }

    @GET
    @Path("me")
    @RolesAllowed({Role.ADMIN_NAME, Role.SERVICE_NAME, Role.USER_NAME})
    @Answers(body = UserBody.class)
    public Response me(
            @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String ifNoneMatch, @Context SecurityContext security) {
        User user = caller(security)
                .userId()
                .flatMap(users::find)
                .orElseThrow(() -> ProblemException.notFound("This client acts for no user."));
        return answer(user, ifNoneMatch);
    }

    @GET
    @Path("{id}")
    @RolesAllowed({Role.ADMIN_NAME, Role.SERVICE_NAME, Role.USER_NAME})
    @Answers(body = UserBody.class)
    public Response get(
            @PathParam("id") @Described("Id of the user.") String id,
            @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String ifNoneMatch,
            @Context SecurityContext security) {
        return answer(visible(id, caller(security)), ifNoneMatch);
    }

    @PATCH
    @Path("{id}")
    @Consumes({MERGE_PATCH, MediaType.APPLICATION_JSON})
    @RolesAllowed({Role.ADMIN_NAME, Role.SERVICE_NAME, Role.USER_NAME})
    @Answers(body = UserBody.class, refusals = 409)
    public Response change(
            @PathParam("id") @Described("Id of the user.") String id,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @Nullable PatchUser body,
            @Context SecurityContext security) {
        PatchUser patch = required(body);
        Caller caller = caller(security);
        User seen = visible(id, caller);
        if (!caller.has(Role.ADMIN)) {
            if (!isOwn(id, caller)) {
                throw ProblemException.forbidden("Only an admin changes other users.");
            }
            patch.requireOwnFieldsOnly();
        }
        EntityVersions.require(ifMatch, seen.version());
        User changed = users.change(id, seen.version(), patch.toChange());
        return Response.ok(UserBody.of(changed))
                .tag(EntityVersions.tag(changed.version()))
                .build();
    }

    @DELETE
    @Path("{id}")
    @RolesAllowed({Role.ADMIN_NAME, Role.SERVICE_NAME, Role.USER_NAME})
    public Response close(
            @PathParam("id") @Described("Id of the user.") String id,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @Context SecurityContext security) {
        Caller caller = caller(security);
        User seen = visible(id, caller);
        if (!caller.has(Role.ADMIN)) {
            throw ProblemException.forbidden("Only an admin closes users.");
        }
        OptionalLong expected = OptionalLong.empty();
        if (ifMatch != null) {
            EntityVersions.require(ifMatch, seen.version());
            expected = OptionalLong.of(seen.version());
        }
        users.close(id, expected);
        return Response.noContent().build();
    }

    /** The user, if the caller may see it; else it does not exist, just as an unknown one. */
    private User visible(String id, Caller caller) {
        boolean seesAll = caller.has(Role.ADMIN) || caller.has(Role.SERVICE);
        return Optional.of(id)
                .filter(wanted -> seesAll || isOwn(wanted, caller))
                .flatMap(users::find)
                .orElseThrow(() -> ProblemException.notFound("There is no such user."));
    }

    /** Own data belong to the role {@code user}: a service that acts for a user reads it, no more. */
    private static boolean isOwn(String id, Caller caller) {
        return caller.has(Role.USER) && caller.userId().filter(id::equals).isPresent();
    }

    private static Response answer(User user, @Nullable String ifNoneMatch) {
        Response.ResponseBuilder answer =
                EntityVersions.isUnchanged(ifNoneMatch, user.version()) ? Response.notModified() : Response.ok();
        if (!EntityVersions.isUnchanged(ifNoneMatch, user.version())) {
            answer.entity(UserBody.of(user));
        }
        return answer.tag(EntityVersions.tag(user.version())).build();
    }

    private static Caller caller(SecurityContext security) {
        if (security.getUserPrincipal() instanceof Caller caller) {
            return caller;
        }
        throw new IllegalStateException("the gate let an anonymous request through to /api/v1/users");
    }

    private static <T> T required(@Nullable T body) {
        if (body == null) {
            throw ProblemException.invalid("body", "is missing: send a JSON object");
        }
        return body;
    }
}
