package io.plinth.monitoring.internal.rest;

import io.plinth.capability.RestResource;
import io.plinth.monitoring.internal.health.CheckResult;
import io.plinth.monitoring.internal.health.HealthChecks;
import io.plinth.security.Role;
import java.util.List;
import java.util.function.Predicate;
import javax.annotation.security.PermitAll;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.SecurityContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code /health}: whether this server lives, and whether it takes requests. */
@Component(service = RestResource.class)
@Path("/health")
@Produces(MediaType.APPLICATION_JSON)
public final class HealthResource implements RestResource {
    private final HealthChecks checks;

    @Activate
    public HealthResource(@Reference HealthChecks checks) {
        this.checks = checks;
    }

    @GET
    @Path("/live")
    @PermitAll
    public Response live(@Context SecurityContext security) {
        return answer(CheckResult::isLiveness, security);
    }

    @GET
    @Path("/ready")
    @PermitAll
    public Response ready(@Context SecurityContext security) {
        return answer(result -> true, security);
    }

    private Response answer(Predicate<CheckResult> which, SecurityContext security) {
        boolean showsReasons = security.isUserInRole(Role.ADMIN_NAME) || security.isUserInRole(Role.MONITOR_NAME);
        List<CheckResult> results = checks.ask().stream().filter(which).toList();
        boolean isUp = results.stream().allMatch(result -> result.health().up());
        Report report = new Report(
                status(isUp),
                results.stream().map(result -> line(result, showsReasons)).toList());
        return Response.status(isUp ? 200 : 503).entity(report).build();
    }

    private static Object line(CheckResult result, boolean showsReason) {
        String status = status(result.health().up());
        return showsReason && !result.health().up()
                ? new ExplainedLine(result.name(), status, result.health().reason())
                : new Line(result.name(), status);
    }

    private static String status(boolean isUp) {
        return isUp ? "UP" : "DOWN";
    }

    /** The answer. */
    record Report(String status, List<Object> checks) {}

    /** One check. */
    record Line(String name, String status) {}

    /** One check, for those who may know why. */
    record ExplainedLine(String name, String status, String reason) {}
}
