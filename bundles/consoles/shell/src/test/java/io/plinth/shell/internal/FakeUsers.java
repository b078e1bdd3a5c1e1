package io.plinth.shell.internal;

import io.plinth.users.NewUser;
import io.plinth.users.User;
import io.plinth.users.UserChange;
import io.plinth.users.UserPage;
import io.plinth.users.UserSearch;
import io.plinth.users.UserStatus;
import io.plinth.users.Users;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Users in a list. */
final class FakeUsers implements Users {
    final List<User> all = new ArrayList<>();
    final List<String> passwords = new ArrayList<>();
    UserSearch lastSearch;

    @Override
    public User create(NewUser newUser) {
        passwords.add(newUser.password());
        return add(new User(
                "id-" + all.size(),
                newUser.username(),
                newUser.email(),
                newUser.displayName(),
                newUser.roles(),
                UserStatus.ACTIVE,
                Instant.EPOCH,
                Instant.EPOCH,
                1));
    }

    private User add(User user) {
        all.add(user);
        return user;
    }

    @Override
    public Optional<User> find(String id) {
        return all.stream().filter(user -> user.id().equals(id)).findFirst();
    }

    @Override
    public Optional<User> findByUsername(String username) {
        return all.stream().filter(user -> user.username().equals(username)).findFirst();
    }

    @Override
    public User change(String id, long expectedVersion, UserChange change) {
        throw new UnsupportedOperationException("no command changes users");
    }

    @Override
    public User close(String id, OptionalLong expectedVersion) {
        User user = find(id).orElseThrow();
        all.remove(user);
        return add(new User(
                id,
                user.username(),
                user.email(),
                user.displayName(),
                user.roles(),
                UserStatus.CLOSED,
                user.createdAt(),
                user.updatedAt(),
                user.version() + 1));
    }

    @Override
    public UserPage search(UserSearch search) {
        lastSearch = search;
        List<User> page = all.stream().limit(search.limit()).toList();
        return new UserPage(
                page,
                page.size() == all.size()
                        ? Optional.empty()
                        : Optional.of(page.get(page.size() - 1).id()));
    }
}
