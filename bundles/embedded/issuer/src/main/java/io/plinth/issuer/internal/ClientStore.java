package io.plinth.issuer.internal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Where clients are kept. Removed ones are not seen any more. */
interface ClientStore {
    /** Adds it, unless its id is taken; says whether it did. */
    boolean add(Client client);

    Optional<Client> find(String id);

    /** Ordered by id, at most so many, those after the given id. */
    List<Client> list(int limit, String after);

    /** Whether there was one to remove. */
    boolean remove(String id, Instant at);

    void replaceSecretHash(String id, String secretHash);
}
