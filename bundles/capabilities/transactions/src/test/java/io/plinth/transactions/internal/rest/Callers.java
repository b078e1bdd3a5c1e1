package io.plinth.transactions.internal.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.plinth.problem.FieldError;
import io.plinth.problem.ProblemException;
import io.plinth.security.Caller;
import io.plinth.security.Role;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.security.Principal;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import javax.ws.rs.core.SecurityContext;
import javax.ws.rs.core.UriBuilder;
import javax.ws.rs.core.UriInfo;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;

/** Who calls, from where, and what was thrown at them. */
final class Callers {
    private Callers() {}

    static SecurityContext caller(@Nullable String userId, Role... roles) {
        Caller caller = new Caller(
                userId == null ? "client" : userId,
                "client",
                Optional.ofNullable(userId),
                Set.of(roles),
                "token",
                Instant.EPOCH);
        return new SecurityContext() {
            @Override
            public Principal getUserPrincipal() {
                return caller;
            }

            @Override
            public boolean isUserInRole(String role) {
                throw new UnsupportedOperationException();
            }

            @Override
            public boolean isSecure() {
                return true;
            }

            @Override
            public String getAuthenticationScheme() {
                return "Bearer";
            }
        };
    }

    static UriInfo at(String uri) {
        return (UriInfo) Proxy.newProxyInstance(
                Callers.class.getClassLoader(),
                new Class<?>[] {UriInfo.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getAbsolutePathBuilder" -> UriBuilder.fromUri(uri);
                    case "getRequestUri" -> URI.create(uri);
                    default -> throw new UnsupportedOperationException(method.toString());
                });
    }

    static ProblemException refused(ThrowingCallable call, int status, String... fields) {
        ProblemException problem = catchThrowableOfType(ProblemException.class, call);
        assertThat(problem).isNotNull();
        assertThat(problem.type().status()).as(problem.detail()).isEqualTo(status);
        assertThat(problem.errors()).extracting(FieldError::field).containsExactly(fields);
        return problem;
    }
}
