package io.plinth.transactions.internal;

import io.plinth.security.Role;
import io.plinth.users.NewUser;
import io.plinth.users.User;
import io.plinth.users.UserChange;
import io.plinth.users.UserPage;
import io.plinth.users.UserSearch;
import io.plinth.users.UserStatus;
import io.plinth.users.Users;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Users who are there and never change. */
final class FixedUsers implements Users {
    private final Map<String, UserStatus> statuses;

    FixedUsers(Map<String, UserStatus> statuses) {
        this.statuses = Map.copyOf(statuses);
    }

    @Override
    public Optional<User> find(String id) {
        return Optional.ofNullable(statuses.get(id))
                .map(status -> new User(
                        id,
                        "name",
                        "name@example.org",
                        null,
                        Set.of(Role.USER),
                        status,
                        Instant.EPOCH,
                        Instant.EPOCH,
                        1));
    }

    @Override
    public User create(NewUser newUser) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<User> findByUsername(String username) {
        throw new UnsupportedOperationException();
    }

    @Override
    public User change(String id, long expectedVersion, UserChange change) {
        throw new UnsupportedOperationException();
    }

    @Override
    public User close(String id, OptionalLong expectedVersion) {
        throw new UnsupportedOperationException();
    }

    @Override
    public UserPage search(UserSearch search) {
        throw new UnsupportedOperationException();
    }
}
