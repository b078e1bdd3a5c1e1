package io.plinth.itests;

import static io.plinth.itests.harness.Money.TRANSACTIONS;
import static io.plinth.itests.harness.Money.done;
import static io.plinth.itests.harness.Money.hold;
import static io.plinth.itests.harness.Money.key;
import static io.plinth.itests.harness.Money.transfer;
import static io.plinth.itests.harness.Money.with;
import static io.plinth.itests.harness.Problems.assertInvalid;
import static io.plinth.itests.harness.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.plinth.itests.harness.Http;
import io.plinth.itests.harness.Money;
import io.plinth.itests.harness.OnSharedServer;
import io.plinth.itests.harness.People;
import io.plinth.itests.harness.People.Person;
import io.plinth.itests.harness.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keys, and the batches whose items have them. */
@OnSharedServer
class IdempotencyIT {
    private static final String REPLAYED = "Idempotency-Replayed";

    private final Http http;
    private final Money money;
    private Person ada;
    private String adas;
    private String berts;

    IdempotencyIT(Http http) {
        this.http = http;
        this.money = new Money(http);
    }

    @BeforeEach
    void open() {
        People people = new People(http);
        ada = people.create("ada");
        adas = money.open(ada, 1_000);
        berts = money.open(people.create("bert"));
    }

    private Reply post(String key, Map<String, ?> body) {
        return money.post(ada.token(), key, body);
    }

    private void assertReplay(Reply again, Reply first) {
        assertThat(again.status()).isEqualTo(first.status());
        assertThat(again.text()).isEqualTo(first.text());
        assertThat(again.header("Location")).isEqualTo(first.header("Location"));
        assertThat(again.header("Content-Type")).isEqualTo(first.header("Content-Type"));
        assertThat(first.header(REPLAYED)).isEmpty();
        assertThat(again.header(REPLAYED)).as(again.toString()).hasValue("true");
    }

    @Test
    void aKeyIsNeeded() {
        assertInvalid(
                http.post(TRANSACTIONS)
                        .token(ada.token())
                        .json(transfer(adas, berts, 1))
                        .send(),
                "Idempotency-Key");
        for (String key : List.of("k".repeat(256), "", "a\tb")) {
            assertInvalid(post(key, transfer(adas, berts, 1)), "Idempotency-Key");
        }
        for (String key : List.of("k".repeat(240) + Math.abs(key().hashCode()), "a, b; \"c\" \\ ~" + key())) {
            Reply first = post(key, transfer(adas, berts, 1));
            assertReplay(post(key, transfer(adas, berts, 1)), first);
        }
        assertThat(money.balance(adas)).startsWith("998/");
    }

    @Test
    void theSameAgainIsAnsweredTheSame() {
        String key = key();
        Reply first = post(key, transfer(adas, berts, 10));
        assertReplay(post(key, transfer(adas, berts, 10)), first);
        // As data, not as text.
        String id = first.json().path("id").asText();
        String spelled =
                " { \"currency\" : \"EUR\", \"amount\":10 ,\"kind\":\"transf\\u0065r\",\n\"creditAccountId\":\"" + berts
                        + "\",\"debitAccountId\":\"" + adas + "\"}";
        Reply again = http.post(TRANSACTIONS)
                .token(ada.token())
                .header("Idempotency-Key", key)
                .jsonText(spelled)
                .send();
        assertReplay(again, first);
        // Also when it has changed meanwhile.
        done(money.follow(http.admin(), id, "reverse", Map.of()));
        assertThat(money.status(id)).isEqualTo("reversed");
        assertReplay(post(key, transfer(adas, berts, 10)), first);
        assertThat(money.balance(adas)).isEqualTo("1000/0/1000");
    }

    @Test
    void metadataIsComparedAsData() {
        String key = key();
        Map<String, Object> body = transfer(adas, berts, 1);
        Reply first = post(key, with(body, "metadata", Map.of("n", 100, "m", Map.of("a", 1, "b", 2))));
        String metadata = "{\"m\": {\"b\":2.0,\"a\":1}, \"n\": 1e2}";
        String text = "{\"kind\":\"transfer\",\"debitAccountId\":\"" + adas + "\",\"creditAccountId\":\"" + berts
                + "\",\"amount\":1,\"currency\":\"EUR\",\"metadata\":" + metadata + "}";
        Reply again = http.post(TRANSACTIONS)
                .token(ada.token())
                .header("Idempotency-Key", key)
                .jsonText(text)
                .send();
        assertReplay(again, first);
        assertProblem(post(key, with(body, "metadata", Map.of("n", 101))), 422, "idempotency-key-reused");
        assertProblem(post(key, body), 422, "idempotency-key-reused");
    }

    @Test
    void anotherBodyOrPathIsRefused() {
        String key = key();
        Map<String, Object> body = hold(adas, berts, 10);
        Reply first = post(key, body);
        String held = done(first);
        for (Map<String, Object> other : List.of(
                with(body, "amount", 11),
                with(body, "kind", "transfer"),
                with(body, "reference", "x"),
                with(body, "creditAccountId", money.source()),
                with(body, "expiresAt", "2999-01-01T00:00:00Z"))) {
            JsonNode problem = assertProblem(post(key, other), 422, "idempotency-key-reused");
            assertThat(problem.path("detail").asText()).isNotBlank();
        }
        assertProblem(money.act(ada.token(), key, "/" + held + "/void", Map.of()), 422, "idempotency-key-reused");
        assertReplay(post(key, body), first);

        String captureKey = key();
        Reply captured = money.act(http.admin(), captureKey, "/" + held + "/capture", Map.of("amount", 1));
        assertReplay(money.act(http.admin(), captureKey, "/" + held + "/capture", Map.of("amount", 1)), captured);
        assertProblem(
                money.act(http.admin(), captureKey, "/" + held + "/capture", Map.of("amount", 2)),
                422,
                "idempotency-key-reused");
        assertProblem(
                money.act(http.admin(), captureKey, "/" + held + "/reverse", Map.of("amount", 1)),
                422,
                "idempotency-key-reused");
    }

    @Test
    void refusalsAreStoredToo() {
        String key = key();
        Map<String, Object> body = transfer(adas, berts, 1_001);
        Reply first = post(key, body);
        assertProblem(first, 422, "insufficient-funds");
        money.fund(adas, 1_000);
        assertReplay(post(key, body), first);
        done(post(key(), body));

        String held = done(post(key(), hold(adas, berts, 1)));
        done(money.follow(ada.token(), held, "void", Map.of()));
        String late = key();
        Reply conflict = money.act(http.admin(), late, "/" + held + "/capture", Map.of());
        assertProblem(conflict, 409, "hold-not-open");
        assertReplay(money.act(http.admin(), late, "/" + held + "/capture", Map.of()), conflict);
    }

    /** What is not stored leaves the key free. */
    @Test
    void whatIsNotStoredUsesUpNoKey() {
        String key = key();
        assertInvalid(post(key, with(transfer(adas, berts, 1), "amount", 0)), "amount");
        assertProblem(
                money.act(ada.token(), key, "/01900000-0000-7000-8000-000000000000/void", Map.of()), 404, "not-found");
        String sent = done(post(key(), transfer(adas, berts, 1)));
        assertProblem(money.act(ada.token(), key, "/" + sent + "/reverse", Map.of()), 403, "forbidden");
        done(post(key, transfer(adas, berts, 1)));
    }

    @Test
    void keysBelongToTheirClient() {
        String key = key();
        done(post(key, transfer(adas, berts, 1)));
        Reply other = money.post(http.admin(), key, transfer(adas, berts, 2));
        assertThat(other.status()).as(other.toString()).isEqualTo(201);
        assertThat(other.header(REPLAYED)).isEmpty();
    }

    @Test
    void aHundredAtOnceAreOne() {
        String key = key();
        List<CompletableFuture<Reply>> begun = new ArrayList<>();
        String token = ada.token();
        for (int i = 0; i < 100; i++) {
            begun.add((i % 2 == 0 ? http.call("POST", TRANSACTIONS) : http.callHttp2("POST", TRANSACTIONS))
                    .token(token)
                    .header("Idempotency-Key", key)
                    .json(transfer(adas, berts, 7))
                    .begin());
        }
        List<Reply> replies = begun.stream().map(CompletableFuture::join).toList();
        assertThat(replies).extracting(Reply::status).containsOnly(201);
        assertThat(replies.stream().map(Reply::text).distinct()).hasSize(1);
        assertThat(replies.stream().filter(reply -> reply.header(REPLAYED).isEmpty()))
                .hasSize(1);
        assertThat(money.balance(adas)).isEqualTo("993/0/993");
    }

    private Reply batch(String mode, List<Map<String, Object>> items) {
        return http.post(TRANSACTIONS + "/batch")
                .token(ada.token())
                .json(Map.of("mode", mode, "items", items))
                .send();
    }

    private Map<String, Object> item(String key, long amount) {
        return with(transfer(adas, berts, amount), "idempotencyKey", key);
    }

    @Test
    void anIndependentBatchIsAnsweredItemByItem() {
        String key = key();
        Reply single = post(key, transfer(adas, berts, 5));
        Reply reply = batch("independent", List.of(item(key(), 1), item(key(), 5_000), item(key, 5), item(key, 6)));
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        JsonNode results = reply.json().path("results");
        assertThat(results.findValuesAsText("status").stream().filter(status -> status.matches("\\d+")))
                .startsWith("201", "422");
        assertThat(results).hasSize(4);
        assertThat(results.path(0).at("/body/kind").asText()).isEqualTo("transfer");
        assertThat(results.path(1).path("status").asInt()).isEqualTo(422);
        assertThat(results.path(1).at("/body/type").asText()).isEqualTo("/problems/insufficient-funds");
        // An item counts as POST /transactions.
        assertThat(results.path(2).path("body")).isEqualTo(single.json());
        assertThat(results.path(3).at("/body/type").asText()).isEqualTo("/problems/idempotency-key-reused");
        assertThat(money.balance(adas)).isEqualTo("994/0/994");
    }

    @Test
    void anAtomicBatchIsDoneWholeOrNotAtAll() {
        String free = key();
        Reply refused = batch("atomic", List.of(item(free, 1), item(key(), 1), item(key(), 5_000), item(key(), 6_000)));
        JsonNode problem = assertProblem(refused, 422, "batch-refused");
        assertThat(problem.at("/errors/0/field").asText()).isEqualTo("items[2]");
        assertThat(money.balance(adas)).isEqualTo("1000/0/1000");
        // No key was used up, not even for another body.
        done(post(free, transfer(adas, berts, 2)));

        List<Map<String, Object>> items = List.of(item(key(), 1), item(key(), 2));
        Reply done = batch("atomic", items);
        assertThat(done.status()).as(done.toString()).isEqualTo(200);
        assertThat(batch("atomic", items).json()).isEqualTo(done.json());
        assertThat(money.balance(adas)).isEqualTo("995/0/995");
    }

    @Test
    void aMalformedItemRefusesTheBatch() {
        String key = key();
        Map<String, Object> keyless = transfer(adas, berts, 1);
        for (String mode : List.of("atomic", "independent")) {
            assertInvalid(batch(mode, List.of(item(key, 1), with(item(key(), 1), "amount", 1.5))), "items[1].amount");
            assertInvalid(batch(mode, List.of(item(key, 1), item(key(), 0))), "items[1].amount");
            assertInvalid(batch(mode, List.of(item(key, 1), with(item(key(), 1), "x", 1))), "items[1].x");
            assertInvalid(batch(mode, List.of(item(key, 1), keyless)), "items[1].idempotencyKey");
            assertInvalid(batch(mode, List.of(item(key, 1), with(item(key(), 1), "kind", "capture"))), "items[1].kind");
            assertInvalid(
                    batch(
                            mode,
                            List.of(
                                    item(key, 1),
                                    with(with(item(key(), 1), "kind", "hold"), "expiresAt", "2000-01-01T00:00:00Z"))),
                    "items[1].expiresAt");
            assertInvalid(batch(mode, List.of()), "items");
        }
        assertInvalid(batch("other", List.of(item(key, 1))), "mode");
        assertThat(money.balance(adas)).isEqualTo("1000/0/1000");
        done(post(key, transfer(adas, berts, 9)));
    }

    @Test
    void aThousandItemsAreOneBatch() {
        List<Map<String, Object>> items = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            items.add(with(item(key(), 1), "reference", "Payment " + i));
        }
        Reply reply = batch("atomic", items);
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        assertThat(reply.json().path("results")).hasSize(1_000);
        assertThat(reply.json().at("/results/999/body/reference").asText()).isEqualTo("Payment 999");
        assertThat(money.balance(adas)).isEqualTo("0/0/0");
        items.add(item(key(), 1));
        assertInvalid(batch("independent", items), "items");
    }
}
