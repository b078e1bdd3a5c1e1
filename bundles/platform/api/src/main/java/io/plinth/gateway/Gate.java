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

    /** Request attribute with the verified {@link io.plinth.security.Caller}. */
    String CALLER = "io.plinth.gateway.caller";

    /**
     * Request attribute with the {@link io.plinth.problem.ProblemException} of a token that could not be checked at this
     * moment. Public resources answer all the same; whatever needs a caller throws it.
     */
    String AUTHENTICATION_FAILURE = "io.plinth.gateway.authenticationFailure";

    /** Request attribute with the path as the client sent it, a {@code String}. */
    String PUBLIC_PATH = "io.plinth.gateway.publicPath";

    /** Request attribute that marks a path that cannot be routed safely, such as one with encoded dot segments. */
    String BAD_PATH = "io.plinth.gateway.badPath";

    /** Request attribute with the template of the matched resource, such as {@code /api/v1/users/{id}}. */
    String URI_TEMPLATE = "io.plinth.gateway.uriTemplate";

    /**
     * Request attribute with a {@link Runnable} that breaks off an answer which has begun: the client sees a closed connection
     * or a reset stream instead of an end, and cannot take the part for the whole.
     */
    String CUT_OFF = "io.plinth.gateway.cutOff";

    /** Header of the platform's own probes of a version that takes no traffic yet. */
    String PROBE_HEADER = "X-Plinth-Probe";

    /** Prefix of the internal base paths; from outside it is 404. */
    String INTERNAL_PREFIX = "/slots/";

    void pass(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException;

    /** Value that {@link #PROBE_HEADER} must have; random in each run. */
    String probeToken();

    /** Called once for each request when its response has left, however it ended: access log and metrics. */
    void completed(Completion completion);

    /**
     * What became of a request.
     *
     * @param requestId its id; empty when the request never reached the gate
     * @param method HTTP method
     * @param path public path, without query
     * @param template template of the matched resource; empty when none matched
     * @param slot capability that answered; empty when none did
     * @param version of that capability
     * @param status HTTP status of the response
     * @param bytes of the response body
     * @param durationNanos from the first byte of the request to the last of the response
     * @param clientId OAuth client of the caller; empty for an anonymous one
     * @param remoteAddress of the peer
     * @param protocol such as {@code HTTP/2.0}
     */
    record Completion(
            String requestId,
            String method,
            String path,
            String template,
            String slot,
            String version,
            int status,
            long bytes,
            long durationNanos,
            String clientId,
            String remoteAddress,
            String protocol) {}
}
