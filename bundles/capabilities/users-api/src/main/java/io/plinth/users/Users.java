package io.plinth.users;

import java.util.Optional;
import java.util.OptionalLong;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The users of this server. Each write is one database transaction together with its event on
 * {@code queue.users.events}: {@code io.plinth.users.created}, {@code .updated} or {@code .closed}.
 *
 * <p>Who may do what is not decided here but by the caller: the REST resource, or the shell for whoever may open it.
 * Values are snapshots; none is cached. Safe for use by many threads. While the database is away every method throws
 * {@link io.plinth.problem.ProblemException} 503.
 *
 * @since 1.0
 */
@ProviderType
public interface Users {
    /**
     * Makes an active user with version 1.
     *
     * @throws io.plinth.problem.ProblemException 400 naming the field that is ill-formed; 409 {@code user-exists} naming
     *     the field when username or e-mail, compared without case, belongs to another user, closed ones included
     */
    User create(NewUser newUser);

    /** The user of that id, closed ones too; empty for anything that is no id. */
    Optional<User> find(String id);

    /** The user of that name, compared without case, closed ones too; empty for anything that is no username. */
    Optional<User> findByUsername(String username);

    /**
     * Changes a user. A change that leaves all as it was makes no new version and no event.
     *
     * @param expectedVersion the version that the caller saw
     * @throws io.plinth.problem.ProblemException 404 for an unknown id; 412 when the user has another version; 409
     *     {@code user-closed}; 400 and 409 as in {@link #create}
     */
    User change(String id, long expectedVersion, UserChange change);

    /**
     * Closes a user for good. Closing a closed user again does nothing.
     *
     * @param expectedVersion the version that the caller saw; empty to close whatever it is
     * @throws io.plinth.problem.ProblemException 404 for an unknown id; 412 when the user has another version
     */
    User close(String id, OptionalLong expectedVersion);

    /** One page of the users whose username or e-mail starts with a text, closed ones included. */
    UserPage search(UserSearch search);
}
