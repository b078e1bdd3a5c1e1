package io.plinth.monitoring.internal;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import org.osgi.service.component.annotations.Component;

/** The time of this machine in UTC, for everybody who needs a {@link Clock}. */
@Component(service = Clock.class)
public final class SystemClock extends Clock {
    private final Clock utc = Clock.systemUTC();

    @Override
    public ZoneId getZone() {
        return utc.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return utc.withZone(zone);
    }

    @Override
    public long millis() {
        return utc.millis();
    }

    @Override
    public Instant instant() {
        return utc.instant();
    }
}
