package io.plinth.issuer.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** A store without a database; {@link #failure} makes it fail like one that is away. */
public final class MemoryStore implements ClientStore, SigningKeyStore {
    final TreeMap<String, Client> clients = new TreeMap<>();
    final List<StoredKey> keys = new ArrayList<>();
    RuntimeException failure;

    @Override
    public boolean add(Client client) {
        return clients.putIfAbsent(client.id(), client) == null;
    }

    @Override
    public Optional<Client> find(String id) {
        if (failure != null) {
            throw failure;
        }
        return Optional.ofNullable(clients.get(id));
    }

    @Override
    public List<Client> list(int limit, String after) {
        return clients.tailMap(after, false).values().stream().limit(limit).toList();
    }

    @Override
    public boolean remove(String id, Instant at) {
        return clients.remove(id) != null;
    }

    @Override
    public void replaceSecretHash(String id, String secretHash) {
        Client old = clients.get(id);
        clients.put(id, new Client(id, old.name(), secretHash, old.roles(), old.userId(), old.createdAt()));
    }

    @Override
    public List<StoredKey> all() {
        if (failure != null) {
            throw failure;
        }
        return List.copyOf(keys);
    }

    @Override
    public List<StoredKey> allOrAdd(Predicate<StoredKey> usable, Supplier<StoredKey> maker) {
        if (keys.stream().noneMatch(usable)) {
            keys.add(0, maker.get());
        }
        return List.copyOf(keys);
    }
}
