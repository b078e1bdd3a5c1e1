package io.plinth.monitoring.internal.rest;

import io.plinth.capability.RestResource;
import io.plinth.monitoring.internal.metrics.PrometheusMeters;
import io.plinth.security.Role;
import javax.annotation.security.RolesAllowed;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.Path;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.StreamingOutput;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code /metrics}: everything measured, as Prometheus text, or as OpenMetrics for who asks for it. */
@Component(service = RestResource.class)
@Path("/metrics")
public final class MetricsResource implements RestResource {
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private final PrometheusMeters meters;

    @Activate
    public MetricsResource(@Reference PrometheusMeters meters) {
        this.meters = meters;
    }

    @GET
    @RolesAllowed({Role.ADMIN_NAME, Role.MONITOR_NAME})
    public Response metrics(@HeaderParam(HttpHeaders.ACCEPT) @Nullable String accept) {
        String type = accept != null && accept.contains("application/openmetrics-text") ? OPEN_METRICS : PROMETHEUS;
        StreamingOutput text = output -> meters.registry().scrape(output, type);
        return Response.ok(text, type).build();
    }
}
