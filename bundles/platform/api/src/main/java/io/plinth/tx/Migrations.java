package io.plinth.tx;

import org.osgi.annotation.versioning.ProviderType;
import org.osgi.framework.Bundle;

/** Applies schema migrations. Capabilities do not call this: {@link Transactions} does it for them. */
@ProviderType
public interface Migrations {
    /**
     * Applies what is missing of {@code db/migration/V<n>__<name>.sql} in the bundle, in order, under a lock across
     * servers. Migrations only expand the schema, so that the previous version of the bundle goes on working; one that
     * drops, renames or narrows is refused.
     *
     * @param bundle whose symbolic name also names the history of applied migrations, shared by its versions
     * @throws IllegalStateException naming the file, when a migration fails or is refused
     */
    void apply(Bundle bundle);
}
