package io.plinth.transactions.internal;

import java.time.Duration;

/** How the committers are, for the health check. Reading it never waits for the database. */
public interface CommitterState {
    /** Committers that have ended although they should run. */
    int stopped();

    /** For how long the oldest request has waited; zero when none waits. */
    Duration oldestWait();
}
