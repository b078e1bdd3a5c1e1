package io.plinth.shell.internal;

import io.plinth.security.Clients;
import io.plinth.security.Role;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Clients in a list. */
final class FakeClients implements Clients {
    final List<Client> all = new ArrayList<>();

    @Override
    public Credentials create(String name, Set<Role> roles, Optional<String> userId) {
        all.add(new Client("id of " + name, name, roles, userId, Instant.EPOCH));
        return new Credentials("id of " + name, "the secret");
    }

    @Override
    public List<Client> list(int limit, Optional<String> after) {
        return all.stream().limit(limit).toList();
    }
}
