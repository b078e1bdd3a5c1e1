package org.example.${name}.internal;

import org.example.teller.Teller;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** Provider: must not be stopped under a call. */
@Component(service = Teller.class)
public final class TellerService implements Teller {
    private volatile boolean stopped;

    @Deactivate
    void stop() {
        stopped = true;
    }

    @Override
    public String tell() {
        if (stopped) {
            throw new IllegalStateException("called after it was stopped");
        }
        return "${greeting}";
    }

    @Override
    public String tellLate(long millis) throws InterruptedException {
        tell();
        Thread.sleep(millis);
        return tell();
    }
}
