package io.plinth.rest.internal.http;

import io.plinth.gateway.Gate;
import javax.annotation.Priority;
import javax.ws.rs.Priorities;
import javax.ws.rs.container.ContainerRequestContext;
import javax.ws.rs.container.ContainerRequestFilter;

/**
 * Lets nothing pass that no {@link MethodGuard} has looked at: JAX-RS does not put filters before sub-resources that are
 * found at run time, so these cannot be used here.
 */
@Priority(Priorities.AUTHORIZATION + 1)
public final class UnguardedRefusal implements ContainerRequestFilter {
    @Override
    public void filter(ContainerRequestContext request) {
        if (request.getProperty(Gate.URI_TEMPLATE) == null) {
            throw new IllegalStateException(
                    "No role check stands before this resource method. Sub-resource locators are not supported; give the"
                            + " class the whole @Path.");
        }
    }
}
