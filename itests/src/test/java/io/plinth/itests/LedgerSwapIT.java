package io.plinth.itests;

import static io.plinth.itests.harness.Money.ACCOUNTS;
import static io.plinth.itests.harness.Money.TRANSACTIONS;
import static io.plinth.itests.harness.Money.transfer;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.plinth.itests.harness.CapabilityJar;
import io.plinth.itests.harness.Distribution;
import io.plinth.itests.harness.Http;
import io.plinth.itests.harness.Load;
import io.plinth.itests.harness.Money;
import io.plinth.itests.harness.Neighbours;
import io.plinth.itests.harness.Operations;
import io.plinth.itests.harness.People;
import io.plinth.itests.harness.People.Person;
import io.plinth.itests.harness.PlinthServer;
import io.plinth.itests.harness.Reply;
import io.plinth.itests.harness.ServerLogOnFailure;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/** New versions of the ledger, and of the users whom it asks, while money moves: no request fails, none is done twice. */
@ExtendWith(ServerLogOnFailure.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LedgerSwapIT {
    private static final String UNKNOWN = "/01900000-0000-7000-8000-000000000000";
    private static PlinthServer server;
    private static Http http;
    private static Operations operations;
    private static Money money;
    private static Person ada;
    private static String adas = "";
    private static String berts = "";

    @BeforeAll
    static void start() {
        server = PlinthServer.start("ledger-swap", Map.of());
        http = server.http();
        operations = new Operations(server);
        money = new Money(http);
        People people = new People(http);
        ada = people.create("ada");
        adas = money.open(ada, 1_000_000_000);
        berts = money.open(people.create("bert"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    @Order(1)
    void theLedgerIsSwappedAndGoesBack() {
        AtomicLong sent = new AtomicLong();
        long before = posted(berts);
        try (Load load = load(sent)) {
            load.awaitMore(200);
            swap("transactions", "There is no such account.", "No account has such an id");
            assertThat(detail(ACCOUNTS + UNKNOWN)).isEqualTo("No account has such an id");
            load.awaitMore(200);
            operations.rollback("transactions").expect("succeeded");
            assertThat(detail(ACCOUNTS + UNKNOWN)).isEqualTo("There is no such account.");
            load.awaitMore(200);
            load.stop();
            report("ledger", load);
            assertThat(load.failures()).isEmpty();
        }
        // Each request was acknowledged once, so each was done once.
        assertThat(posted(berts) - before).isEqualTo(sent.get());
        assertBalanced();
    }

    /** The ledger asks the users for the owner of a new account; their swap is none of its business. */
    @Test
    @Order(2)
    void theUsersAreSwappedUnderTheLedger() {
        Neighbours neighbours = Neighbours.watch(server);
        AtomicLong sent = new AtomicLong();
        String token = http.admin();
        Map<String, String> account = Map.of("ownerId", ada.id(), "currency", "EUR");
        try (Load load =
                load(sent).with(201, () -> http.post(ACCOUNTS).token(token).json(account))) {
            load.awaitMore(200);
            Map<String, String> before = ofTheLedger(neighbours.snapshot("none"));
            assertThat(before).isNotEmpty();
            swap("users", "There is no such user.", "Nobody has such an id.");
            assertThat(detail("/api/v1/users" + UNKNOWN)).isEqualTo("Nobody has such an id.");
            load.awaitMore(200);
            assertThat(ofTheLedger(neighbours.snapshot("none"))).isEqualTo(before);
            operations.rollback("users").expect("succeeded");
            load.awaitMore(200);
            assertThat(ofTheLedger(neighbours.snapshot("none"))).isEqualTo(before);
            load.stop();
            report("users", load);
            assertThat(load.failures()).isEmpty();
        }
        assertBalanced();
    }

    /** Nobody uses the ledger but who asks for its health, so it can go; the users it cannot do without. */
    @Test
    @Order(3)
    void whatTheLedgerUsesIsNotRemoved() {
        Reply refused = operations.delete("users");

        assertThat(refused.status()).as(refused.toString()).isEqualTo(409);
        assertThat(refused.json().path("type").asText()).isEqualTo("/problems/capability-in-use");
        assertThat(refused.json().path("detail").asText())
                .contains("users: ", "transactions")
                .doesNotContain("monitoring");
        assertThat(detail("/api/v1/users" + UNKNOWN)).isEqualTo("There is no such user.");
    }

    /** The control: the same load sees when the ledger is gone, so it would have seen a gap above. */
    @Test
    @Order(4)
    void itsRemovalIsSeen() {
        try (Load load = load(new AtomicLong())) {
            load.awaitMore(100);
            operations.remove("transactions").expect("succeeded");
            load.awaitMore(50);
            load.stop();
            assertThat(load.failures()).isNotEmpty();
        }
    }

    private static Load load(AtomicLong sent) {
        String token = ada.token();
        String admin = http.admin();
        return new Load()
                .with(201, () -> http.post(TRANSACTIONS)
                        .token(token)
                        .header("Idempotency-Key", "swap-" + sent.incrementAndGet() + "-" + System.nanoTime())
                        .json(transfer(adas, berts, 1)))
                .with(201, () -> http.callHttp2("POST", TRANSACTIONS)
                        .token(token)
                        .header("Idempotency-Key", "swap-" + sent.incrementAndGet() + "-" + System.nanoTime())
                        .json(transfer(adas, berts, 1)))
                .with(200, () -> http.get(ACCOUNTS + "/" + adas).token(token))
                .with(200, () -> http.get(TRANSACTIONS + "?limit=5").token(admin));
    }

    private static void swap(String name, String constant, String replacement) {
        Path jar = Distribution.shared().file("io.plinth." + name + "-", ".jar");
        Path next = operations.signed(CapabilityJar.next(jar, "0.1.1", constant, replacement));
        operations
                .await(operations.taken(operations.post(next, "?probation=60")))
                .expect("succeeded");
        assertThat(operations.version(name)).isEqualTo("0.1.1");
    }

    /** State, wiring and components of the bundles of the ledger and of the shell, which uses it too. */
    private static Map<String, String> ofTheLedger(Neighbours.Snapshot snapshot) {
        Map<String, String> found = new TreeMap<>();
        snapshot.state().forEach((bundle, state) -> {
            if (bundle.startsWith("io.plinth.transactions") || bundle.startsWith("io.plinth.shell")) {
                found.put(bundle, state);
            }
        });
        return found;
    }

    private static String detail(String path) {
        return http.get(path).token(http.admin()).send().json().path("detail").asText();
    }

    private static long posted(String account) {
        return money.account(account).at("/balance/posted").asLong();
    }

    private static void assertBalanced() {
        JsonNode check =
                http.get("/api/v1/ledger/check").token(http.admin()).send().json();
        assertThat(check.path("balanced").asBoolean()).as(check.toString()).isTrue();
    }

    private static void report(String what, Load load) {
        System.out.println("swap of " + what + " under load: " + load.answered() + " requests, slowest "
                + load.slowest().toMillis() + " ms, failures " + load.failures().size());
    }
}
