package io.plinth.messaging.internal;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** One line when something goes, one when it is back, however often it is tried in between. */
final class Outage {
    private final String what;
    private final Logger log;
    private long sinceNanos;
    private volatile @Nullable String reason;

    Outage(String what, Logger log) {
        this.what = what;
        this.log = log;
    }

    void began(String why) {
        if (reason == null) {
            sinceNanos = System.nanoTime();
            log.warn("{}: {}. Events wait in the outbox; trying again.", what, why);
        }
        reason = why;
    }

    void ended() {
        if (reason != null) {
            reason = null;
            log.info(
                    "{}: well again after {} ms.",
                    what,
                    Duration.ofNanos(System.nanoTime() - sinceNanos).toMillis());
        }
    }

    /** Why it is out; {@code null} while it is well. */
    @Nullable
    String reason() {
        return reason;
    }
}
