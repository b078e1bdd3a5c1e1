package io.plinth.security;

import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/** Authenticates OAuth clients by id and secret, for the token endpoint and the broker. */
@ConsumerType
public interface ClientAuthenticator {
    /** The roles that the client has now; empty when id or secret is wrong. Takes constant time on unknown ids. */
    Optional<Set<Role>> authenticate(String clientId, String clientSecret);

    /**
     * The roles that a client has now which showed its secret earlier; empty when it was removed or its user closed.
     *
     * @throws io.plinth.problem.ProblemException 503 when that cannot be told at this moment
     */
    Optional<Set<Role>> rolesNow(String clientId);
}
