package io.plinth.tx;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Where the database is reached, and as whom. Registered by the embedded database once it accepts connections; not
 * needed when an external one is configured.
 */
@ProviderType
public interface Database {
    /** JDBC URL, such as {@code jdbc:mariadb://127.0.0.1:3306/plinth}. */
    String url();

    String user();

    /** Never logged, never a service property. */
    String password();
}
