package io.plinth.rest;

import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/** What the platform adds to each capability's JAX-RS application. */
@ProviderType
public interface RestExtensions {
    /**
     * Fresh providers for one application: strict JSON, problem mapping, role checks, route templates, gzip. Each call
     * makes new ones, since their caches hold classes of the application and must go with it.
     */
    Set<Object> create();
}
