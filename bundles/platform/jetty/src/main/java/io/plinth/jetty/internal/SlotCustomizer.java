package io.plinth.jetty.internal;

import io.plinth.gateway.Gate;
import io.plinth.gateway.RequestRouter;
import io.plinth.gateway.RequestRouter.Lease;
import io.plinth.security.Caller;
import java.util.Locale;
import javax.servlet.DispatcherType;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpChannel;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.URIUtil;
import org.jspecify.annotations.Nullable;

/**
 * Sends each request to the active version of its slot by putting the version's internal base before the path, and counts
 * it out when the exchange is over, be it answered at once, later, as a stream, or broken off.
 */
final class SlotCustomizer implements HttpConfiguration.Customizer, HttpChannel.Listener {
    static final String NOWHERE = "/-";
    /** Attribute of the platform's own probes. */
    static final String PROBE = "io.plinth.jetty.probe";

    private static final String BEGIN_NANOS = "io.plinth.jetty.beginNanos";
    private static final String RESUME_NANOS = "io.plinth.jetty.resumeNanos";
    private static final String BROKEN_OFF = "io.plinth.jetty.brokenOff";
    private static final String EVENT_STREAM = "text/event-stream";
    private static final long NOT_MEASURED = -1;

    private final RequestRouter router;
    private final Gate gate;

    SlotCustomizer(RequestRouter router, Gate gate) {
        this.router = router;
        this.gate = gate;
    }

    @Override
    public void customize(Connector connector, HttpConfiguration configuration, Request request) {
        if (request.getAttribute(Gate.PUBLIC_PATH) != null) {
            return;
        }
        String path = request.getPathInfo();
        String rawPath = request.getHttpURI().getPath();
        if (path == null || rawPath == null) {
            return;
        }
        // What was encoded without need is the same path, and applications compare it as it stands.
        String publicPath = rawPath.equals(path) ? rawPath : URIUtil.encodePath(path);
        request.setAttribute(Gate.PUBLIC_PATH, publicPath);
        if (!isPlain(rawPath, path)) {
            request.setAttribute(Gate.BAD_PATH, Boolean.TRUE);
            setPath(request, NOWHERE, NOWHERE);
            return;
        }
        if (path.startsWith(Gate.INTERNAL_PREFIX)) {
            if (!gate.probeToken().equals(request.getHeader(Gate.PROBE_HEADER))) {
                setPath(request, NOWHERE, NOWHERE);
                return;
            }
            request.setAttribute(PROBE, Boolean.TRUE);
            return;
        }
        route(request, path, publicPath);
    }

    /** Customizers do not run again for a request that waited for its slot: it is routed here, before it is handled. */
    @Override
    public void onBeforeDispatch(Request request) {
        if (request.getDispatcherType() == DispatcherType.ASYNC
                && request.getAttribute(WaitingRoom.WAITED) != null
                && request.getAttribute(Gate.LEASE) == null) {
            request.setAttribute(RESUME_NANOS, System.nanoTime());
            route(request, text(request.getPathInfo()), text(request.getAttribute(Gate.PUBLIC_PATH)));
        }
    }

    private void route(Request request, String path, String publicPath) {
        Lease lease = router.acquire(path, () -> CallerKey.of(request));
        if (lease != null) {
            request.setAttribute(Gate.LEASE, lease);
            String query = request.getHttpURI().getQuery();
            setPath(request, lease.base() + publicPath + (query == null ? "" : "?" + query), lease.base() + path);
        }
    }

    private static void setPath(Request request, String pathQuery, String path) {
        request.setURIPathQuery(pathQuery);
        request.setPathInfo(path);
    }

    /** Whether what is routed is what the application will see: no dot or empty segments, no encoded slash. */
    private static boolean isPlain(String rawPath, String path) {
        if (rawPath.equals(path)) {
            return !path.contains("//");
        }
        String lower = rawPath.toLowerCase(Locale.ROOT);
        return !path.contains("//")
                && !lower.contains("%2f")
                && !lower.contains("%5c")
                && !lower.contains("%00")
                && path.equals(URIUtil.decodePath(rawPath));
    }

    @Override
    public void onComplete(Request request) {
        Lease lease = (Lease) request.getAttribute(Gate.LEASE);
        Response response = request.getResponse();
        MetaData.Response committed = response.getCommittedMetaData();
        int status = committed == null ? response.getStatus() : committed.getStatus();
        if (lease != null) {
            lease.completed(request.getAttribute(BROKEN_OFF) == null ? status : 0, servedNanos(request));
        }
        String path = text(request.getAttribute(Gate.PUBLIC_PATH));
        if (request.getAttribute(PROBE) != null) {
            return;
        }
        Caller caller = (Caller) request.getAttribute(Gate.CALLER);
        gate.completed(new Gate.Completion(
                text(request.getAttribute(Gate.REQUEST_ID)),
                text(request.getMethod()),
                path,
                text(request.getAttribute(Gate.URI_TEMPLATE)),
                lease == null ? "" : lease.slot(),
                lease == null ? "" : lease.version(),
                status,
                response.getHttpOutput().getWritten(),
                elapsedNanos(request),
                caller == null ? "" : caller.clientId(),
                text(request.getRemoteAddr()),
                String.valueOf(request.getHttpVersion())));
    }

    @Override
    public void onRequestBegin(Request request) {
        request.setAttribute(BEGIN_NANOS, System.nanoTime());
    }

    /** Of a failure after the answer began, and of a client that hung up. */
    @Override
    public void onResponseFailure(Request request, Throwable failure) {
        request.setAttribute(BROKEN_OFF, Boolean.TRUE);
    }

    /** Without the time that a request waited for a version, which says nothing about that version. */
    private static long servedNanos(Request request) {
        String type = request.getResponse().getContentType();
        if (type != null && type.startsWith(EVENT_STREAM)) {
            return NOT_MEASURED;
        }
        return nanosSince(
                request.getAttribute(request.getAttribute(WaitingRoom.WAITED) == null ? BEGIN_NANOS : RESUME_NANOS));
    }

    private static long elapsedNanos(Request request) {
        return nanosSince(request.getAttribute(BEGIN_NANOS));
    }

    private static long nanosSince(@Nullable Object begin) {
        return begin instanceof Long nanos ? Math.max(0, System.nanoTime() - nanos) : 0;
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }
}
