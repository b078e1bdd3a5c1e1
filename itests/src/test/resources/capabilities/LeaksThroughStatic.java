package org.example.${name}.internal;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Leaves a shutdown hook behind, which a static map of the JDK holds. */
@Component(service = LeaksThroughStatic.class, immediate = true)
public final class LeaksThroughStatic {
    @Activate
    public LeaksThroughStatic() {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {}, "${name}-hook"));
    }
}
