package io.plinth.gateway;

import java.io.IOException;
import javax.servlet.FilterChain;
import javax.servlet.ServletException;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What every request passes once it was routed: request id, access log, limits, drain, authentication, security headers.
 * The platform puts one servlet filter before each slot's application and sends requests through here.
 */
@ProviderType
public interface Gate {
    /** Request attribute with the {@link RequestRouter.Lease} that the router took. */
    String LEASE = "io.plinth.gateway.lease";

    /** Request attribute with the id of the request, a {@code String}. */
    String REQUEST_ID = "io.plinth.gateway.requestId";

    /** Request attribute with the template of the matched resource, such as {@code /api/v1/users/{id}}. */
    String URI_TEMPLATE = "io.plinth.gateway.uriTemplate";

    /** Header of the platform's own probes of a version that takes no traffic yet. */
    String PROBE_HEADER = "X-Plinth-Probe";

    /** Prefix of the internal base paths; from outside it is 404. */
    String INTERNAL_PREFIX = "/slots/";

    void pass(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException;

    /** Value that {@link #PROBE_HEADER} must have; random in each run. */
    String probeToken();
}
