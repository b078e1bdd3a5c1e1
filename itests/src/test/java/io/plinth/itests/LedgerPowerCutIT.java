package io.plinth.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.plinth.itests.harness.DebianMariaDb;
import io.plinth.itests.harness.Distribution;
import io.plinth.itests.harness.LedgerAccount;
import io.plinth.itests.harness.LedgerWriters;
import io.plinth.itests.harness.PlinthServer;
import io.plinth.itests.harness.Ports;
import io.plinth.itests.harness.ServerLogOnFailure;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The files of the database as they are at a random instant, while 16 writers move money: a server that starts on a copy of
 * them has every write that was acknowledged before.
 *
 * <p>The database stands still while it is copied, or a copy would be of many instants. What it has given to the operating
 * system is in the copy, synced or not. So the control is a database that keeps commits to itself for a second
 * ({@code innodb_flush_log_at_trx_commit=0}); one that hands them over without a sync (2) would pass here, and lose them
 * with the power.
 */
@ExtendWith(ServerLogOnFailure.class)
class LedgerPowerCutIT {
    private static final int WRITERS = 16;
    private static final int ACCOUNTS = 8;

    @BeforeEach
    void isThere() {
        if (!DebianMariaDb.isInstalled()) {
            System.err.println("LEFT OUT: power cut, since no MariaDB is installed (Debian: mariadb-server)");
        }
        assumeTrue(DebianMariaDb.isInstalled(), "mariadb-server is not installed");
    }

    @Test
    void losesNothingAcknowledged() {
        assertThat(lostOfAcknowledged("--innodb-flush-log-at-trx-commit=1")).isZero();
    }

    /** The control: the same test sees when something is lost. */
    @Test
    void losesWhatIsNotFlushed() {
        assertThat(lostOfAcknowledged("--innodb-flush-log-at-trx-commit=0")).isPositive();
    }

    private static int lostOfAcknowledged(String flushing) {
        Path data = Distribution.freshFolder("power-cut");
        Map<String, String> told;
        Path copy;
        try (DebianMariaDb database = DebianMariaDb.start(flushing);
                PlinthServer server = PlinthServer.start(data, Ports.free(), database.environment());
                LedgerWriters writers =
                        new LedgerWriters(server.http(), WRITERS, new LedgerAccount(server).open(ACCOUNTS))) {
            writers.awaitMore(500 + ThreadLocalRandom.current().nextInt(500));
            database.freeze();
            try {
                told = writers.acknowledged();
                copy = database.copy();
            } finally {
                database.thaw();
            }
            writers.stop();
        }
        try (DebianMariaDb database = DebianMariaDb.startOn(copy);
                PlinthServer server = PlinthServer.start(data, Ports.free(), database.environment())) {
            LedgerAccount ledger = new LedgerAccount(server);
            ledger.assertBalanced();
            Map<String, List<String>> there = ledger.idsByReference();
            int lost = 0;
            for (Map.Entry<String, String> one : told.entrySet()) {
                List<String> ids = there.getOrDefault(one.getKey(), List.of());
                assertThat(ids).hasSizeLessThan(2);
                lost += ids.contains(one.getValue()) ? 0 : 1;
            }
            System.out.println(
                    "power cut with " + flushing + ": " + told.size() + " acknowledged before, " + lost + " lost");
            return lost;
        }
    }
}
