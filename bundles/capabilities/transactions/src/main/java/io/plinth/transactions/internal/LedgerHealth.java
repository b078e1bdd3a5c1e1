package io.plinth.transactions.internal;

import io.plinth.health.Health;
import io.plinth.health.HealthCheck;
import java.time.Duration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Whether transactions can be taken. A database that is away is not its business: another check says so, and requests are
 * then answered 503 and wait for nothing.
 */
@Component(immediate = true)
public final class LedgerHealth implements HealthCheck {
    /** Far above what a commit takes, and below the time after which clients give up. */
    static final Duration WAIT_MAX = Duration.ofSeconds(10);

    private final CommitterState committers;

    @Activate
    public LedgerHealth(@Reference CommitterState committers) {
        this.committers = committers;
    }

    @Override
    public String name() {
        return "ledger";
    }

    @Override
    public Health check() {
        int stopped = committers.stopped();
        if (stopped > 0) {
            return Health.down("ledger: committers that have ended and that nothing starts again: " + stopped
                    + ". The log says why; restart the capability 'transactions' or the server.");
        }
        Duration wait = committers.oldestWait();
        if (wait.compareTo(WAIT_MAX) > 0) {
            return Health.down("ledger: a request has waited for its commit for " + wait.toSeconds()
                    + " s. Is the database slow, or a table locked? See SHOW PROCESSLIST.");
        }
        return Health.UP;
    }
}
