package io.plinth.users.internal;

import io.plinth.problem.ProblemException;
import io.plinth.users.NewUser;
import io.plinth.users.User;
import io.plinth.users.UserChange;
import io.plinth.users.UserPage;
import io.plinth.users.UserSearch;
import io.plinth.users.UserStatus;
import io.plinth.users.Users;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Users in a map, with the versions of the real ones but none of their rules. */
public final class FakeUsers implements Users {
    public final Map<String, User> byId = new LinkedHashMap<>();
    public final Map<String, String> passwords = new LinkedHashMap<>();
    public UserSearch lastSearch = new UserSearch("", 1, Optional.empty());
    public Optional<ProblemException> createFailure = Optional.empty();
    public Optional<ProblemException> searchFailure = Optional.empty();
    private int count;

    @Override
    public User create(NewUser newUser) {
        createFailure.ifPresent(problem -> {
            throw problem;
        });
        String id = "01900000-0000-7000-8000-%012d".formatted(++count);
        User user = new User(
                id,
                newUser.username(),
                newUser.email(),
                newUser.displayName(),
                newUser.roles(),
                UserStatus.ACTIVE,
                Instant.EPOCH,
                Instant.EPOCH,
                1);
        byId.put(id, user);
        passwords.put(id, String.valueOf(newUser.password()));
        return user;
    }

    @Override
    public Optional<User> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    @Override
    public Optional<User> findByUsername(String username) {
        return byId.values().stream()
                .filter(user -> user.username().equals(username))
                .findFirst();
    }

    @Override
    public User change(String id, long expectedVersion, UserChange change) {
        User user = byId.get(id);
        if (user.version() != expectedVersion) {
            throw UserProblems.stale();
        }
        User changed = new User(
                id,
                change.username() == null ? user.username() : change.username(),
                change.email() == null ? user.email() : change.email(),
                change.displayName() == null
                        ? user.displayName()
                        : change.displayName().orElse(null),
                change.roles() == null ? user.roles() : change.roles(),
                user.status(),
                user.createdAt(),
                user.updatedAt(),
                user.version() + 1);
        byId.put(id, changed);
        return changed;
    }

    @Override
    public User close(String id, OptionalLong expectedVersion) {
        User user = byId.get(id);
        User closed = new User(
                id,
                user.username(),
                user.email(),
                user.displayName(),
                user.roles(),
                UserStatus.CLOSED,
                user.createdAt(),
                user.updatedAt(),
                user.version() + 1);
        byId.put(id, closed);
        return closed;
    }

    @Override
    public UserPage search(UserSearch search) {
        searchFailure.ifPresent(problem -> {
            throw problem;
        });
        lastSearch = search;
        return new UserPage(byId.values().stream().limit(search.limit()).toList(), Optional.of("next-id"));
    }
}
