package io.plinth.security;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/** The OAuth clients of the embedded issuer, for the shell; registered by the issuer, absent with an external one. */
@ConsumerType
public interface Clients {
    /** Most clients of one page. */
    int LIMIT_MAX = 200;

    /**
     * Makes a client.
     *
     * @param name 1 to 100 characters
     * @param roles at least one
     * @param userId of the user as whom it acts
     * @throws io.plinth.problem.ProblemException 400 naming the field that is ill-formed; 422 for an unknown user
     */
    Credentials create(String name, Set<Role> roles, Optional<String> userId);

    /**
     * Clients ordered by id, at most so many.
     *
     * @param after id of the last client of the page before; empty for the first page
     */
    List<Client> list(int limit, Optional<String> after);

    /**
     * A client without its secret.
     *
     * @param userId of the user as whom it acts
     */
    record Client(String clientId, String name, Set<Role> roles, Optional<String> userId, Instant createdAt) {
        public Client {
            roles = Set.copyOf(roles);
        }
    }

    /**
     * What a new client logs in with.
     *
     * @param clientSecret kept nowhere but as a hash, so this is the only time it can be shown
     */
    record Credentials(String clientId, String clientSecret) {
        /** Without the secret. */
        @Override
        public String toString() {
            return "Credentials[clientId=" + clientId + "]";
        }
    }
}
