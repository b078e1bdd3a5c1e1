package org.example.${name}.internal;

import java.util.concurrent.locks.LockSupport;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Forgets to end its thread. */
@Component(service = LeaksThread.class, immediate = true)
public final class LeaksThread {
    @Activate
    public LeaksThread() {
        Thread thread = new Thread(
                () -> {
                    while (true) {
                        LockSupport.parkNanos(1_000_000_000);
                    }
                },
                "${name}-forgotten");
        thread.setDaemon(true);
        thread.start();
    }
}
