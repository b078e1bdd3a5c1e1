package io.plinth.itests;

import static io.plinth.itests.harness.Money.TRANSACTIONS;
import static io.plinth.itests.harness.Money.key;
import static io.plinth.itests.harness.Money.transfer;
import static io.plinth.itests.harness.Money.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.plinth.itests.harness.Call;
import io.plinth.itests.harness.Eventually;
import io.plinth.itests.harness.Http;
import io.plinth.itests.harness.Money;
import io.plinth.itests.harness.People;
import io.plinth.itests.harness.PlinthServer;
import io.plinth.itests.harness.Reply;
import io.plinth.itests.harness.ServerLogOnFailure;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exports that are too big for the buffers of a connection: whole, or broken off, but never short. */
@ExtendWith(ServerLogOnFailure.class)
class LedgerExportIT {
    private static final int BATCHES = 25;
    private static final int ITEMS = 1_000;
    private static final int REFERENCE_LENGTH = 255;
    private static final int NOTE_LENGTH = 350;
    private static final Duration RECOVERY = Duration.ofSeconds(60);
    private static final long PAUSE_NANOS = Duration.ofMillis(20).toNanos();
    private static PlinthServer server;
    private static Http http;
    private static String account = "";

    @BeforeAll
    static void start() {
        server = PlinthServer.start("ledger-export", Map.of());
        http = server.http();
        Money money = new Money(http);
        account = money.open(new People(http).create("ada"));
        Map<String, Object> item =
                with(transfer(money.source(), account, 1), "reference", "r".repeat(REFERENCE_LENGTH));
        item.put("metadata", Map.of("note", "n".repeat(NOTE_LENGTH)));
        for (int batch = 0; batch < BATCHES; batch++) {
            List<Map<String, Object>> items = new ArrayList<>();
            for (int i = 0; i < ITEMS; i++) {
                items.add(with(item, "idempotencyKey", key()));
            }
            Reply reply = http.post(TRANSACTIONS + "/batch")
                    .token(http.admin())
                    .json(Map.of("mode", "independent", "items", items))
                    .send();
            assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static HttpResponse<InputStream> export(boolean isHttp2) {
        String path = TRANSACTIONS + "/export?format=ndjson&accountId=" + account;
        Call call = isHttp2 ? http.callHttp2("GET", path) : http.call("GET", path);
        HttpResponse<InputStream> response = call.token(http.admin()).open();
        assertThat(response.statusCode()).isEqualTo(200);
        return response;
    }

    private static long lines(InputStream body) throws IOException {
        byte[] buffer = new byte[64 << 10];
        long lines = 0;
        for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
            for (int i = 0; i < read; i++) {
                lines += buffer[i] == '\n' ? 1 : 0;
            }
        }
        return lines;
    }

    /** The control for the one below: nobody disturbs it, and it is whole. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isWhole(boolean isHttp2) throws IOException {
        try (InputStream body = export(isHttp2).body()) {
            assertThat(lines(body)).isEqualTo(BATCHES * ITEMS);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void breaksOffWhenTheDatabaseIsGone(boolean isHttp2) throws Exception {
        AtomicBoolean isOver = new AtomicBoolean();
        Thread killer = new Thread(
                () -> {
                    while (!isOver.get()) {
                        server.databaseProcess().ifPresent(ProcessHandle::destroyForcibly);
                        LockSupport.parkNanos(PAUSE_NANOS);
                    }
                },
                "killer of databases");
        killer.setDaemon(true);
        try (InputStream body = export(isHttp2).body()) {
            assertThat(body.readNBytes(1_000)).hasSize(1_000);
            // It comes back by itself, and is killed again, until the export has seen that it is gone.
            killer.start();
            assertThatIOException().isThrownBy(() -> lines(body));
        } finally {
            isOver.set(true);
            killer.join(RECOVERY.toMillis());
        }
        Eventually.within(
                RECOVERY,
                () -> assertThat(http.get("/health/ready").send().status()).isEqualTo(200));
    }

    /** Whoever reads slowly holds one of the exports that may run at once, and nothing of the database. */
    @Test
    void aSlowReaderHoldsNobodyUp() throws IOException {
        List<InputStream> slow = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            InputStream body = export(false).body();
            assertThat(body.readNBytes(1_000)).hasSize(1_000);
            slow.add(body);
        }
        Reply ninth = http.get(TRANSACTIONS + "/export?format=csv")
                .token(http.admin())
                .send();
        assertThat(ninth.status()).as(ninth.toString()).isEqualTo(503);
        assertThat(ninth.needHeader("Retry-After")).matches("[0-9]+");
        assertThat(http.get(TRANSACTIONS + "?limit=5")
                        .token(http.admin())
                        .send()
                        .status())
                .isEqualTo(200);
        for (InputStream body : slow) {
            body.close();
        }
        Eventually.within(RECOVERY, () -> {
            try (InputStream body = export(false).body()) {
                assertThat(lines(body)).isEqualTo(BATCHES * ITEMS);
            }
        });
    }
}
