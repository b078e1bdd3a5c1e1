package io.plinth.rest.internal.http;

import io.plinth.gateway.Gate;
import io.plinth.rest.internal.problem.HttpProblems;
import io.plinth.rest.internal.problem.Problem;
import java.io.InputStream;
import java.util.Locale;
import java.util.Set;
import javax.ws.rs.container.ContainerRequestContext;
import javax.ws.rs.container.ContainerResponseContext;
import javax.ws.rs.container.ContainerResponseFilter;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.MultivaluedMap;
import javax.ws.rs.core.StreamingOutput;

/** The last look at every answer: problems get path and id of the request, and what nobody may store is marked so. */
public final class AnswerFilter implements ContainerResponseFilter {
    private static final Set<String> COMPRESSIBLE =
            Set.of("json", "xml", "javascript", "x-ndjson", "yaml", "openmetrics-text");

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (response.getStatus() >= 400 && !response.hasEntity()) {
            response.setEntity(HttpProblems.ofStatus(response.getStatus()), null, Problem.MEDIA_TYPE);
        }
        if (response.getEntity() instanceof Problem problem) {
            byte[] document = problem.render(
                    request.getUriInfo().getRequestUri().getRawPath(), (String) request.getProperty(Gate.REQUEST_ID));
            response.setEntity(document, null, Problem.MEDIA_TYPE);
            response.getHeaders().putSingle(HttpHeaders.CONTENT_LENGTH, Integer.toString(document.length));
        }
        if (response.getEntity() instanceof StreamingOutput || response.getEntity() instanceof InputStream) {
            // What writes an answer cannot see the attributes of the request, only what filters have set.
            request.setProperty(Gate.CUT_OFF, request.getProperty(Gate.CUT_OFF));
            request.setProperty(Gate.REQUEST_ID, request.getProperty(Gate.REQUEST_ID));
        }
        MultivaluedMap<String, Object> headers = response.getHeaders();
        if (!headers.containsKey(HttpHeaders.CACHE_CONTROL)) {
            headers.putSingle(HttpHeaders.CACHE_CONTROL, "no-store");
        }
        if (response.hasEntity()
                && isCompressible(response.getMediaType())
                && !headers.containsKey(HttpHeaders.CONTENT_ENCODING)) {
            headers.add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
            if (AcceptEncoding.allowsGzip(request.getHeaderString(HttpHeaders.ACCEPT_ENCODING))) {
                request.setProperty(GzipInterceptor.ALLOWED, Boolean.TRUE);
            }
        }
    }

    private static boolean isCompressible(MediaType type) {
        if (type == null) {
            return false;
        }
        String subtype = type.getSubtype().toLowerCase(Locale.ROOT);
        if (type.getType().equalsIgnoreCase("text")) {
            // An event must not wait for the next kilobyte.
            return !subtype.equals("event-stream");
        }
        return COMPRESSIBLE.contains(subtype.substring(subtype.lastIndexOf('+') + 1));
    }
}
