package io.plinth.security;

import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/** What identity needs to know of users; registered by the users capability. */
@ConsumerType
public interface UserDirectory {
    /** Roles of an active user; empty when the user is unknown or closed. May read the database. */
    Optional<Set<Role>> activeRoles(String userId);
}
