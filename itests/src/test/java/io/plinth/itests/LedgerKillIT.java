package io.plinth.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.itests.harness.Distribution;
import io.plinth.itests.harness.EventTap;
import io.plinth.itests.harness.Eventually;
import io.plinth.itests.harness.Http.Client;
import io.plinth.itests.harness.LedgerAccount;
import io.plinth.itests.harness.LedgerWriters;
import io.plinth.itests.harness.PlinthServer;
import io.plinth.itests.harness.Ports;
import io.plinth.itests.harness.ServerLogOnFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * {@code kill -9} while 16 writers move money, {@code -Dplinth.kills} rounds (2 if not given): what was acknowledged was done
 * once, and the same key again settles all else.
 */
@ExtendWith(ServerLogOnFailure.class)
class LedgerKillIT {
    private static final int KILLS = Integer.getInteger("plinth.kills", 2);
    private static final int WRITERS = 16;
    private static final int ACCOUNTS = 8;
    private static final Duration RECOVERY = Duration.ofSeconds(60);

    @Test
    void ofTheServer() {
        Path data = Distribution.freshFolder("ledger-killed");
        Ports ports = Ports.free();
        int unsettled = 0;
        int doneUnheard = 0;
        int acknowledged = 0;
        PlinthServer server = PlinthServer.start(data, ports, Map.of());
        try {
            List<String> accounts = new LedgerAccount(server).open(ACCOUNTS);
            for (int round = 0; round < KILLS; round++) {
                Map<String, String> told;
                Map<String, Map<String, Object>> sent;
                try (LedgerWriters writers = new LedgerWriters(server.http(), WRITERS, accounts)) {
                    writers.awaitMore(300 + ThreadLocalRandom.current().nextInt(300));
                    server.kill();
                    writers.stop();
                    told = writers.acknowledged();
                    sent = writers.sent();
                    assertThat(writers.failures())
                            .as("the control: it came into the middle")
                            .isNotEmpty();
                }
                server = PlinthServer.start(data, ports, Map.of());
                doneUnheard += new LedgerAccount(server).assertSettled(sent, told);
                unsettled += sent.size() - told.size();
                acknowledged += told.size();
            }
            Client admin = server.http().adminClient();
            try (EventTap events = EventTap.open(ports.broker(), admin.id(), admin.secret())) {
                new LedgerAccount(server).assertOneEventEach(events);
            }
        } finally {
            server.close();
        }
        report("server", acknowledged, unsettled, doneUnheard);
    }

    @Test
    void ofTheDatabase() {
        try (PlinthServer server = PlinthServer.start("ledger-dbkilled", Map.of())) {
            LedgerAccount ledger = new LedgerAccount(server);
            Map<String, String> told;
            Map<String, Map<String, Object>> sent = new HashMap<>();
            try (LedgerWriters writers = new LedgerWriters(server.http(), WRITERS, ledger.open(ACCOUNTS))) {
                for (int round = 0; round < KILLS; round++) {
                    writers.awaitMore(300 + ThreadLocalRandom.current().nextInt(300));
                    ProcessHandle killed = server.databaseProcess().orElseThrow();
                    killed.destroyForcibly();
                    Eventually.within(RECOVERY, () -> assertThat(
                                    server.databaseProcess().orElseThrow().pid())
                            .isNotEqualTo(killed.pid()));
                    writers.awaitMore(100);
                }
                writers.stop();
                told = writers.acknowledged();
                sent.putAll(writers.sent());
                assertThat(writers.failures())
                        .as("the control: it came into the middle")
                        .isNotEmpty();
                assertThat(writers.failures())
                        .as("nothing but 503 with Retry-After while the database was away")
                        .allMatch(reply -> reply.status() == 503
                                && reply.header("Retry-After").isPresent());
            }
            int doneUnheard = ledger.assertSettled(sent, told);
            Client admin = server.http().adminClient();
            try (EventTap events = EventTap.open(server.ports().broker(), admin.id(), admin.secret())) {
                ledger.assertOneEventEach(events);
            }
            report("database", told.size(), sent.size() - told.size(), doneUnheard);
        }
    }

    private static void report(String what, int acknowledged, int unsettled, int doneUnheard) {
        System.out.println("kill -9 of the " + what + ", " + KILLS + " rounds: " + acknowledged + " acknowledged, "
                + unsettled + " not, of which " + doneUnheard + " were done");
    }
}
