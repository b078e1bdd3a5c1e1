package io.plinth.event;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Where the message broker is reached, and as whom. Registered by the embedded broker once it accepts connections, or by
 * the platform when an external one is configured.
 */
@ProviderType
public interface Broker {
    /** Artemis connection URL, such as {@code tcp://127.0.0.1:61616}. */
    String url();

    String user();

    /** Never logged, never a service property. */
    String password();
}
