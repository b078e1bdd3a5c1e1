package io.plinth.tx;

import java.time.Duration;
import java.util.List;
import java.util.Map;
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

    /**
     * The same for scripts of a bundle that is not started yet, while others serve: all of it must be over in time. What is
     * not is stopped in the database; of the script that was running, those statements stay that were through.
     *
     * @param owner symbolic name of the bundle
     * @param scripts text by file name
     * @param timeout for all scripts together, and for the locks that they wait for; above 0
     * @throws IllegalStateException naming the file, when a migration fails, is refused, or takes too long
     */
    void apply(String owner, Map<String, String> scripts, Duration timeout);

    /**
     * File names of the scripts that {@link #apply} would run, in order.
     *
     * @throws IllegalStateException naming the file, when one would be refused
     */
    List<String> pending(String owner, Map<String, String> scripts);
}
