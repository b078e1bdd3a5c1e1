package io.plinth.issuer.internal;

import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Where signing keys are kept, for all servers of an installation. */
interface SigningKeyStore {
    /** At most 50, the newest first. */
    List<StoredKey> all();

    /**
     * The same, after a new one was added if none was usable; no two servers do that at once.
     *
     * @param maker may be called more than once
     */
    List<StoredKey> allOrAdd(Predicate<StoredKey> usable, Supplier<StoredKey> maker);
}
