package io.plinth.rest.internal.http;

import java.util.Set;
import javax.ws.rs.container.ContainerRequestContext;
import javax.ws.rs.container.ContainerRequestFilter;
import javax.ws.rs.container.PreMatching;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;

/**
 * Lets a request without a body do without a {@code Content-Type}: CXF would call it a stream of octets and refuse it, though
 * the body may be left out. Where it may not, the reader of JSON says that it is missing.
 */
@PreMatching
public final class NoBodyFilter implements ContainerRequestFilter {
    private static final Set<String> HAVE_BODIES = Set.of("POST", "PUT", "PATCH");

    @Override
    public void filter(ContainerRequestContext request) {
        if (HAVE_BODIES.contains(request.getMethod())
                && request.getHeaderString(HttpHeaders.CONTENT_TYPE) == null
                && !request.hasEntity()) {
            request.getHeaders().putSingle(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON);
        }
    }
}
