package io.plinth.security;

import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Secrets of this installation. None is built in: each comes from its environment variable, else from
 * {@code $PLINTH_DATA/secrets/<name>}, generated there on first use with mode 0600.
 */
@ProviderType
public interface Secrets {
    /**
     * The secret of that name. {@code admin-password} is read from {@code PLINTH_ADMIN_PASSWORD}, and so on.
     *
     * @param name kebab-case
     * @throws IllegalStateException naming file and cause, when it can be neither read nor generated
     */
    String get(String name);

    /** The value of the environment variable of that name, if it is set; it is not written to disk. */
    Optional<String> given(String name);
}
