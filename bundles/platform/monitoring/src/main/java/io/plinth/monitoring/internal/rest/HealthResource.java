package io.plinth.monitoring.internal.rest;

import io.plinth.capability.RestResource;
import io.plinth.health.Health;
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
    private static final String UP = "UP";

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
        Report report = Report.of(results, showsReasons);
        return Response.status(report.status().equals(UP) ? 200 : 503)
                .entity(report)
                .build();
    }

    /** The answer. */
    record Report(String status, List<Object> checks) {
        static Report of(List<CheckResult> results, boolean showsReasons) {
            boolean isUp = results.stream().allMatch(result -> result.health().up());
            return new Report(
                    nameOf(isUp),
                    results.stream().map(result -> line(result, showsReasons)).toList());
        }

        private static Object line(CheckResult result, boolean showsReason) {
            Health health = result.health();
            return showsReason && !health.up()
                    ? new ExplainedLine(result.name(), nameOf(false), health.reason())
                    : new Line(result.name(), nameOf(health.up()));
        }

        private static String nameOf(boolean isUp) {
            return isUp ? UP : "DOWN";
        }
    }

    /** One check. */
    record Line(String name, String status) {}

    /** One check, for those who may know why. */
    record ExplainedLine(String name, String status, String reason) {}
}
