package io.plinth.gateway.internal;

import io.plinth.gateway.Gate;
import io.plinth.gateway.RequestRouter.Lease;
import io.plinth.problem.ProblemException;
import io.plinth.problem.ProblemJson;
import io.plinth.problem.ProblemType;
import io.plinth.security.Caller;
import io.plinth.security.InvalidTokenException;
import io.plinth.security.Role;
import io.plinth.security.TokenVerifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Enumeration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import javax.servlet.AsyncContext;
import javax.servlet.DispatcherType;
import javax.servlet.FilterChain;
import javax.servlet.ServletException;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** The order of things at the gate: id, headers, drain, size, token; then the application. */
@Component(service = Gate.class, configurationPid = "io.plinth.gateway")
@Designate(ocd = GateConfig.class)
public final class RequestGate implements Gate {
    private static final Caller PROBE = new Caller(
            "plinth-probe", "plinth-probe", Optional.empty(), Set.of(Role.SERVICE), "plinth-probe", Instant.MAX);
    private static final Logger LOG = LoggerFactory.getLogger(RequestGate.class);
    private static final Pattern REQUEST_ID_FORM = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final String REQUEST_ID_HEADER = "X-Request-Id";
    private static final String HEALTH = "/health";
    private static final String EVENT_STREAM = "text/event-stream";
    private static final String BEARER = "bearer";
    private static final String CHALLENGE = "Bearer realm=\"plinth\"";
    private static final String MDC_REQUEST_ID = "requestId";

    private final Drain drain;
    private final AccessLog accessLog;
    private final String probeToken;
    private volatile GateConfig config;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable TokenVerifier tokens;

    @Activate
    public RequestGate(@Reference Drain drain, @Reference AccessLog accessLog, GateConfig config) {
        this.drain = drain;
        this.accessLog = accessLog;
        this.config = config;
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        this.probeToken = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    @Modified
    void modified(GateConfig changed) {
        config = changed;
    }

    @Override
    public String probeToken() {
        return probeToken;
    }

    @Override
    public void completed(Completion completion) {
        accessLog.write(completion);
    }

    @Override
    public void pass(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        GateConfig limits = config;
        Lease lease = (Lease) request.getAttribute(LEASE);
        long bodyBytesMax = lease == null || lease.bodyBytesMax() <= 0 ? limits.bodyBytesMax() : lease.bodyBytesMax();
        HttpServletRequest view = new PublicRequest(request, lease, bodyBytesMax, limits.bodyTimeoutMillis());
        if (request.getDispatcherType() != DispatcherType.REQUEST && request.getAttribute(REQUEST_ID) != null) {
            // Passed here before the application suspended it. One that waited for its slot comes for the first time.
            chain.doFilter(view, response);
            offerEnd(lease, request, response);
            return;
        }
        String requestId = requestId(request);
        request.setAttribute(REQUEST_ID, requestId);
        request.setAttribute(CUT_OFF, (Runnable) () -> cutOff(response));
        addHeaders(request, response, requestId, limits);
        MDC.put(MDC_REQUEST_ID, requestId);
        try {
            check(request, view, bodyBytesMax, limits);
        } catch (ProblemException refused) {
            if (lease instanceof HeldRequest held) {
                held.refused();
            }
            answer(view, response, refused);
            MDC.remove(MDC_REQUEST_ID);
            return;
        }
        try {
            chain.doFilter(view, response);
            offerEnd(lease, request, response);
            if (lease != null && isUnanswered(request, response)) {
                answer(
                        view,
                        response,
                        ProblemException.unavailable(
                                "The capability that serves this path is restarting.",
                                Duration.ofSeconds(limits.retryAfterSeconds()),
                                null));
            }
        } catch (ProblemException failed) {
            answer(view, response, failed);
        } finally {
            MDC.remove(MDC_REQUEST_ID);
        }
    }

    /** Lets the router end a stream when its version drains. What is a stream is not yet known when it is suspended. */
    private static void offerEnd(@Nullable Lease lease, HttpServletRequest request, HttpServletResponse response) {
        if (lease == null || !request.isAsyncStarted()) {
            return;
        }
        AsyncContext suspended = request.getAsyncContext();
        lease.onDrain(() -> endStream(suspended, response));
    }

    /** A version whose servlet has just gone lets a request through without a word, which would be an empty 200. */
    private static boolean isUnanswered(HttpServletRequest request, HttpServletResponse response) {
        return !response.isCommitted()
                && response.getStatus() == HttpServletResponse.SC_OK
                && request.getAttribute(URI_TEMPLATE) == null
                && !request.isAsyncStarted();
    }

    private static void endStream(AsyncContext suspended, HttpServletResponse response) {
        String type = response.getContentType();
        if (type == null || !type.startsWith(EVENT_STREAM)) {
            return;
        }
        try {
            suspended.complete();
        } catch (IllegalStateException over) {
            LOG.debug("A stream ended by itself before it was told to");
        }
    }

    /** Jetty aborts the connection, or with HTTP/2 the stream, for this status. */
    private static void cutOff(HttpServletResponse response) {
        try {
            response.sendError(-1);
        } catch (IOException gone) {
            LOG.debug("The client of an answer that was to be cut off had gone by itself", gone);
        }
    }

    private static String requestId(HttpServletRequest request) {
        String given = request.getHeader(REQUEST_ID_HEADER);
        return given != null && REQUEST_ID_FORM.matcher(given).matches() ? given : newRequestId();
    }

    /** Only has to be unique: secure randomness costs more than the rest of the gate. */
    private static String newRequestId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    private static void addHeaders(
            HttpServletRequest request, HttpServletResponse response, String requestId, GateConfig limits) {
        response.setHeader(REQUEST_ID_HEADER, requestId);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        response.setHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        if (request.isSecure() && limits.hstsMaxAgeSeconds() > 0) {
            response.setHeader("Strict-Transport-Security", "max-age=" + limits.hstsMaxAgeSeconds());
        }
    }

    private void check(HttpServletRequest request, HttpServletRequest view, long bodyBytesMax, GateConfig limits) {
        if (request.getAttribute(BAD_PATH) != null) {
            throw ProblemException.of(
                    ProblemType.INVALID_REQUEST,
                    "The path has dot segments, empty segments or encoded separators; send it normalised.");
        }
        if (drain.isDraining() && !isHealth(view.getRequestURI())) {
            throw ProblemException.unavailable(
                    "The server is shutting down.", Duration.ofSeconds(limits.retryAfterSeconds()), null);
        }
        if (request.getContentLengthLong() > bodyBytesMax) {
            throw LimitedInput.tooLarge(bodyBytesMax);
        }
        try {
            Caller caller = isProbe(request) ? PROBE : authenticate(request, limits);
            if (caller != null) {
                request.setAttribute(CALLER, caller);
            }
        } catch (ProblemException failed) {
            if (failed.type().status() != ProblemType.UNAVAILABLE.status()) {
                throw failed;
            }
            // While clients or users cannot be looked up, health and what else is public must still answer.
            request.setAttribute(AUTHENTICATION_FAILURE, failed);
        }
    }

    private static boolean isHealth(String path) {
        return path.equals(HEALTH) || path.startsWith(HEALTH + "/");
    }

    /** The platform's own questions to a version that takes no traffic yet; they may read what a service may. */
    private boolean isProbe(HttpServletRequest request) {
        String token = request.getHeader(PROBE_HEADER);
        return token != null
                && "GET".equals(request.getMethod())
                && request.getRequestURI().startsWith(INTERNAL_PREFIX)
                && MessageDigest.isEqual(
                        token.getBytes(StandardCharsets.UTF_8), probeToken.getBytes(StandardCharsets.UTF_8));
    }

    /** The caller of a bearer token (RFC 6750, section 2.1); other schemes are left to the resource. */
    private @Nullable Caller authenticate(HttpServletRequest request, GateConfig limits) {
        Enumeration<String> headers = request.getHeaders("Authorization");
        if (!headers.hasMoreElements()) {
            return null;
        }
        String header = headers.nextElement();
        if (headers.hasMoreElements()) {
            throw ProblemException.invalid("Authorization", "must be sent once");
        }
        int schemeEnd = header.indexOf(' ');
        String scheme = schemeEnd < 0 ? header : header.substring(0, schemeEnd);
        if (!scheme.toLowerCase(Locale.ROOT).equals(BEARER)) {
            return null;
        }
        TokenVerifier verifier = tokens;
        if (verifier == null) {
            throw ProblemException.unavailable(
                    "Tokens cannot be verified yet.", Duration.ofSeconds(limits.retryAfterSeconds()), null);
        }
        try {
            return verifier.verify(schemeEnd < 0 ? "" : header.substring(schemeEnd + 1));
        } catch (InvalidTokenException invalid) {
            String reason = invalid.getMessage();
            throw ProblemException.of(
                    ProblemType.UNAUTHORIZED, reason == null ? "The access token is invalid." : reason);
        }
    }

    /** Answers a problem from outside any application. */
    static void answer(HttpServletRequest view, HttpServletResponse response, ProblemException problem)
            throws IOException {
        if (response.isCommitted()) {
            LOG.warn("Answer to {} {} was cut off: {}", view.getMethod(), view.getRequestURI(), problem.detail());
            return;
        }
        ProblemType type = problem.type();
        if (problem.getCause() != null) {
            LOG.warn("{} {}: {}", view.getMethod(), view.getRequestURI(), problem.detail(), problem.getCause());
        }
        response.resetBuffer();
        response.setStatus(type.status());
        if (type.status() == ProblemType.UNAUTHORIZED.status()) {
            response.setHeader(
                    "WWW-Authenticate",
                    view.getHeader("Authorization") == null ? CHALLENGE : CHALLENGE + ", error=\"invalid_token\"");
        }
        Duration retryAfter = problem.retryAfter();
        if (retryAfter != null) {
            response.setHeader("Retry-After", Long.toString(Math.max(1, retryAfter.toSeconds())));
        }
        if (type.status() == ProblemType.CONTENT_TOO_LARGE.status()
                || type.status() == ProblemType.REQUEST_TIMEOUT.status()) {
            // The rest of the body is not worth reading.
            response.setHeader("Connection", "close");
        }
        byte[] body = ProblemJson.of(type, problem.detail(), view.getRequestURI(), problem.errors())
                .getBytes(StandardCharsets.US_ASCII);
        response.setContentType(ProblemJson.MEDIA_TYPE);
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(body.length);
        if (!"HEAD".equals(view.getMethod())) {
            response.getOutputStream().write(body);
        }
    }
}
