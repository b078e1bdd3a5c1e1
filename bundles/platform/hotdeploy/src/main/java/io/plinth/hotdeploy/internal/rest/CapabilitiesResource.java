package io.plinth.hotdeploy.internal.rest;

import io.plinth.capability.CapabilityOperations;
import io.plinth.capability.CapabilityOperations.Installed;
import io.plinth.capability.CapabilityOperations.InstalledBundle;
import io.plinth.capability.CapabilityOperations.Operation;
import io.plinth.capability.CapabilityOperations.Options;
import io.plinth.capability.CapabilityOperations.Plan;
import io.plinth.capability.CapabilityOperations.Strategy;
import io.plinth.capability.RestResource;
import io.plinth.hotdeploy.internal.operation.OperationView;
import io.plinth.problem.ProblemException;
import io.plinth.rest.Answers;
import io.plinth.rest.Described;
import io.plinth.security.Role;
import java.io.InputStream;
import java.net.URI;
import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
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
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.SecurityContext;
import javax.ws.rs.core.UriInfo;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code /api/v1/capabilities}: what is installed, and the operations on it. For admins. */
@Component(service = RestResource.class)
@Path("/api/v1/capabilities")
@RolesAllowed(Role.ADMIN_NAME)
@Produces(MediaType.APPLICATION_JSON)
public final class CapabilitiesResource implements RestResource {
    private static final String PACKAGE = "application/java-archive";
    private static final Pattern UUID_FORM = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final int PROBATION_SECONDS_MAX = 3_600;

    private final CapabilityOperations operations;

    @Activate
    public CapabilitiesResource(@Reference CapabilityOperations operations) {
        this.operations = operations;
    }

    /** An installed capability, as JSON. */
    public record CapabilityView(
            String name,
            String version,
            String state,
            Optional<String> previousVersion,
            List<InstalledBundle> bundles,
            Optional<String> since) {
        public CapabilityView {
            bundles = List.copyOf(bundles);
        }

        static CapabilityView of(Installed installed) {
            return new CapabilityView(
                    installed.name(),
                    installed.version(),
                    installed.state(),
                    Optional.ofNullable(installed.previousVersion()),
                    installed.bundles(),
                    Optional.ofNullable(installed.since()).map(Instant::toString));
        }
    }

    /** The capabilities, as JSON. */
    public record CapabilityList(List<CapabilityView> items) {
        public CapabilityList {
            items = List.copyOf(items);
        }
    }

    /** The operations, as JSON. */
    public record OperationList(List<OperationView> items) {
        public OperationList {
            items = List.copyOf(items);
        }
    }

    @GET
    @RolesAllowed(Role.ADMIN_NAME)
    public CapabilityList list() {
        return new CapabilityList(
                operations.installed().stream().map(CapabilityView::of).toList());
    }

    @POST
    @RolesAllowed(Role.ADMIN_NAME)
    @Consumes(PACKAGE)
    @Answers(status = 202, body = OperationView.class, refusals = 422)
    public Response install(
            @QueryParam("dryRun") @Described("true: answers 200 with the plan, and does nothing.") @Nullable
                    String dryRun,
            @QueryParam("strategy") @Described("swap (default) or canary.") @Nullable String strategy,
            @QueryParam("force") @Described("true: does it although other capabilities are touched.") @Nullable
                    String force,
            @QueryParam("probation") @Described("How long the new version is watched, in seconds, 0 to 3600.") @Nullable
                    String probation,
            @Nullable InputStream body,
            @Context SecurityContext security,
            @Context UriInfo uri) {
        if (body == null) {
            throw ProblemException.invalid("body", "must be a capability package");
        }
        Options options = new Options(strategy(strategy), flag("force", force), probation(probation));
        if (flag("dryRun", dryRun)) {
            Plan plan = operations.plan(body, options);
            return Response.ok(plan).build();
        }
        return accepted(operations.install(body, options, initiator(security)), uri);
    }

    @GET
    @Path("operations")
    @RolesAllowed(Role.ADMIN_NAME)
    public OperationList operations() {
        return new OperationList(
                operations.operations().stream().map(OperationView::of).toList());
    }

    @GET
    @Path("operations/{id}")
    @RolesAllowed(Role.ADMIN_NAME)
    public OperationView operation(@PathParam("id") @Described("Id of the operation.") String id) {
        if (!UUID_FORM.matcher(id).matches()) {
            throw unknown();
        }
        return operations
                .operation(UUID.fromString(id))
                .map(OperationView::of)
                .orElseThrow(CapabilitiesResource::unknown);
    }

    private static ProblemException unknown() {
        return ProblemException.notFound("There is no operation with this id; the last 200 are kept.");
    }

    @GET
    @Path("{name}/why")
    @RolesAllowed(Role.ADMIN_NAME)
    public CapabilityOperations.Explanation why(@PathParam("name") @Described("Name of the capability.") String name) {
        return operations.why(name);
    }

    @POST
    @Path("{name}/rollback")
    @RolesAllowed(Role.ADMIN_NAME)
    @Answers(status = 202, body = OperationView.class, refusals = 409)
    public Response rollback(
            @PathParam("name") @Described("Name of the capability.") String name,
            @Context SecurityContext security,
            @Context UriInfo uri) {
        return accepted(operations.rollback(name, initiator(security)), uri);
    }

    @DELETE
    @Path("{name}")
    @RolesAllowed(Role.ADMIN_NAME)
    @Answers(status = 202, body = OperationView.class, refusals = 409)
    public Response remove(
            @PathParam("name") @Described("Name of the capability.") String name,
            @QueryParam("force") @Described("true: does it although other capabilities are touched.") @Nullable
                    String force,
            @Context SecurityContext security,
            @Context UriInfo uri) {
        return accepted(operations.remove(name, flag("force", force), initiator(security)), uri);
    }

    private static Response accepted(Operation operation, UriInfo uri) {
        URI location = uri.getBaseUriBuilder()
                .path(CapabilitiesResource.class)
                .path("operations")
                .path(operation.id().toString())
                .build();
        return Response.accepted(OperationView.of(operation)).location(location).build();
    }

    private static String initiator(SecurityContext security) {
        Principal principal = security.getUserPrincipal();
        return principal == null ? "unknown" : principal.getName();
    }

    private static Strategy strategy(@Nullable String text) {
        if (text == null || text.equals("swap")) {
            return Strategy.SWAP;
        }
        if (text.equals("canary")) {
            return Strategy.CANARY;
        }
        throw ProblemException.invalid("strategy", "must be swap or canary");
    }

    private static boolean flag(String name, @Nullable String text) {
        if (text == null || text.equals("false")) {
            return false;
        }
        if (text.equals("true")) {
            return true;
        }
        throw ProblemException.invalid(name, "must be true or false");
    }

    private static @Nullable Duration probation(@Nullable String text) {
        if (text == null) {
            return null;
        }
        if (!text.matches("[0-9]{1,4}") || Integer.parseInt(text) > PROBATION_SECONDS_MAX) {
            throw ProblemException.invalid("probation", "must be seconds from 0 to " + PROBATION_SECONDS_MAX);
        }
        return Duration.ofSeconds(Integer.parseInt(text));
    }
}
