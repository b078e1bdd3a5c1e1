package io.plinth.users.internal;

import io.plinth.users.Users;

/**
 * The users service of this very bundle. While two versions of the capability run side by side there are two {@link Users};
 * the class loader makes sure that the resources of a version get their own.
 */
public interface OwnUsers extends Users {
    /** Whether there is any user at all, closed ones included. */
    boolean isEmpty();
}
