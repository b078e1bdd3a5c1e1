package io.plinth.rest.internal.http;

import io.plinth.gateway.Gate;
import io.plinth.problem.ProblemException;
import io.plinth.problem.ProblemType;
import java.util.Set;
import javax.ws.rs.container.ContainerRequestContext;
import javax.ws.rs.container.ContainerRequestFilter;
import javax.ws.rs.core.SecurityContext;

/**
 * Stands before one resource method: tells the gate its route, and lets in who may call it.
 *
 * @param template such as {@code /api/v1/users/{id}}
 * @param access who may call it
 */
record MethodGuard(String template, Access access) implements ContainerRequestFilter {
    @Override
    public void filter(ContainerRequestContext request) {
        request.setProperty(Gate.URI_TEMPLATE, template);
        if (access.isPublic()) {
            return;
        }
        if (request.getProperty(Gate.AUTHENTICATION_FAILURE) instanceof ProblemException notChecked) {
            throw notChecked;
        }
        SecurityContext security = request.getSecurityContext();
        if (security == null || security.getUserPrincipal() == null) {
            throw ProblemException.of(ProblemType.UNAUTHORIZED, "Send an access token: Authorization: Bearer.");
        }
        for (String role : access.roles()) {
            if (security.isUserInRole(role)) {
                return;
            }
        }
        throw ProblemException.forbidden("The caller has none of the roles that may do this.");
    }

    /**
     * Who may call a method.
     *
     * @param isPublic everybody, without a token too
     * @param roles otherwise, who has one of these
     */
    record Access(boolean isPublic, Set<String> roles) {
        Access {
            roles = Set.copyOf(roles);
        }
    }
}
