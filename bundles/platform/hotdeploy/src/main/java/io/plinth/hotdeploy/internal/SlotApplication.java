package io.plinth.hotdeploy.internal;

import java.util.Set;
import javax.ws.rs.core.Application;

/** The JAX-RS application of one version: its resources, and what the platform adds. */
final class SlotApplication extends Application {
    private final Set<Object> singletons;

    SlotApplication(Set<Object> singletons) {
        this.singletons = Set.copyOf(singletons);
    }

    @Override
    public Set<Object> getSingletons() {
        return singletons;
    }
}
