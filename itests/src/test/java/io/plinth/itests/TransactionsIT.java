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
import io.plinth.itests.harness.Eventually;
import io.plinth.itests.harness.Http;
import io.plinth.itests.harness.Money;
import io.plinth.itests.harness.OnSharedServer;
import io.plinth.itests.harness.People;
import io.plinth.itests.harness.People.Person;
import io.plinth.itests.harness.Reply;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rows {@code /transactions} of the contract, except keys, batches and exports. */
@OnSharedServer
class TransactionsIT {
    private static final String UNKNOWN = "01900000-0000-7000-8000-000000000000";

    private final Http http;
    private final People people;
    private final Money money;
    private Person ada;
    private Person bert;
    private String adas;
    private String berts;

    TransactionsIT(Http http) {
        this.http = http;
        this.people = new People(http);
        this.money = new Money(http);
    }

    @BeforeEach
    void open() {
        ada = people.create("ada");
        bert = people.create("bert");
        adas = money.open(ada, 100);
        berts = money.open(bert);
    }

    private Reply post(Person person, Map<String, ?> body) {
        return money.post(person.token(), key(), body);
    }

    @Test
    void transfers() {
        Map<String, Object> body = with(transfer(adas, berts, 30), "reference", "Rent, May");
        body.put("metadata", Map.of("z", List.of(1, true), "a", Map.of("b", "c")));
        Reply reply = post(ada, body);
        assertThat(reply.status()).as(reply.toString()).isEqualTo(201);
        JsonNode transaction = reply.json();
        List<String> names = new ArrayList<>();
        transaction.fieldNames().forEachRemaining(names::add);
        assertThat(names)
                .contains(
                        "id",
                        "kind",
                        "status",
                        "debitAccountId",
                        "creditAccountId",
                        "amount",
                        "currency",
                        "reference",
                        "metadata",
                        "relatedTo",
                        "createdAt");
        assertThat(transaction.path("id").asText()).matches(People.UUID_V7);
        assertThat(transaction.path("kind").asText()).isEqualTo("transfer");
        assertThat(transaction.path("status").asText()).isEqualTo("posted");
        assertThat(transaction.path("amount").toString()).isEqualTo("30");
        assertThat(transaction.path("reference").asText()).isEqualTo("Rent, May");
        assertThat(transaction.path("metadata").toString()).isEqualTo("{\"a\":{\"b\":\"c\"},\"z\":[1,true]}");
        assertThat(transaction.path("relatedTo").isNull()).isTrue();
        assertThat(Instant.parse(transaction.path("createdAt").asText())).isBeforeOrEqualTo(Instant.now());
        assertThat(reply.header("Idempotency-Replayed")).isEmpty();
        String path = URI.create(reply.needHeader("Location")).getPath();
        assertThat(path).isEqualTo(TRANSACTIONS + "/" + transaction.path("id").asText());
        for (String token : List.of(ada.token(), bert.token(), http.admin(), http.role("service"))) {
            assertThat(http.get(path).token(token).send().json()).isEqualTo(transaction);
        }
        assertThat(money.balance(adas)).isEqualTo("70/0/70");
        assertThat(money.balance(berts)).isEqualTo("30/0/30");
    }

    @Test
    void refusesWhatTheRulesForbid() {
        String dollars = money.open(Map.of("ownerId", bert.id(), "currency", "USD"));
        assertProblem(post(ada, transfer(adas, berts, 101)), 422, "insufficient-funds");
        assertProblem(post(ada, hold(adas, berts, 101)), 422, "insufficient-funds");
        assertProblem(post(ada, transfer(adas, UNKNOWN, 1)), 422, "unknown-account");
        assertProblem(post(ada, transfer(adas, "x", 1)), 422, "unknown-account");
        assertProblem(post(ada, transfer(adas, adas, 1)), 422, "same-account");
        assertProblem(post(ada, transfer(adas, dollars, 1)), 422, "currency-mismatch");
        assertProblem(post(ada, with(transfer(adas, berts, 1), "currency", "USD")), 422, "currency-mismatch");
        // Somebody else's debit account is no account, even where it could pay.
        JsonNode other = assertProblem(post(bert, transfer(adas, berts, 1)), 422, "unknown-account");
        assertThat(other).isEqualTo(assertProblem(post(bert, transfer(UNKNOWN, berts, 1)), 422, "unknown-account"));
        assertThat(money.balance(adas)).isEqualTo("100/0/100");
        assertThat(money.balance(berts)).isEqualTo("0/0/0");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    1e2                  | amount
                    100.0                | amount
                    "100"                | amount
                    0                    | amount
                    -1                   | amount
                    9007199254740992     | amount
                    99999999999999999999 | amount
                    null                 | amount
                    true                 | amount
                    [1]                  | amount
                    1,"amount":1         | amount
                    1,"ammount":1        | ammount
                    1,"kind":"capture"   | kind
                    1,"kind":"TRANSFER"  | kind
                    1,"currency":"euro"  | currency
                    1,"metadata":[]      | metadata
                    1,"metadata":"{}"    | metadata
                    1,"metadata":{"a":1,"a":2} | metadata.a
                    1,"reference":""     | reference
                    1,"reference":1      | reference
                    1,"expiresAt":"2999-01-01T00:00:00Z" | expiresAt
                    1,"debitAccountId":1 | debitAccountId
                    """)
    void refusesWhatIsMalformed(String amountAndMore, String field) {
        String given = amountAndMore.strip();
        StringBuilder body = new StringBuilder("{\"amount\":").append(given);
        for (String member : List.of(
                "\"kind\":\"transfer\"",
                "\"currency\":\"EUR\"",
                "\"debitAccountId\":\"" + adas + "\"",
                "\"creditAccountId\":\"" + berts + "\"")) {
            if (!given.contains(member.substring(0, member.indexOf(':')))) {
                body.append(',').append(member);
            }
        }
        Reply reply = http.post(TRANSACTIONS)
                .token(ada.token())
                .header("Idempotency-Key", key())
                .jsonText(body.append('}').toString())
                .send();
        assertInvalid(reply, field.strip());
    }

    @ParameterizedTest
    @ValueSource(strings = {"kind", "debitAccountId", "creditAccountId", "amount", "currency"})
    void eachFieldIsNeeded(String field) {
        Map<String, Object> body = transfer(adas, berts, 1);
        body.remove(field);
        assertInvalid(post(ada, body), field);
        body.put(field, null);
        assertInvalid(post(ada, body), field);
    }

    @Test
    void theGreatestAmountIsOne() {
        String rich = money.open(people.create("rich"), 9_007_199_254_740_991L);
        assertThat(money.balance(rich)).isEqualTo("9007199254740991/0/9007199254740991");
    }

    @Test
    void roleDecides() {
        assertProblem(http.get(TRANSACTIONS).send(), 401, "unauthorized");
        assertProblem(http.get(TRANSACTIONS).token(http.role("monitor")).send(), 403, "forbidden");
        assertProblem(money.post(http.role("monitor"), key(), transfer(adas, berts, 1)), 403, "forbidden");
        assertProblem(
                http.get("/api/v1/ledger/check").token(http.role("service")).send(), 403, "forbidden");
        assertProblem(http.get("/api/v1/ledger/check").token(ada.token()).send(), 403, "forbidden");
        done(money.post(http.role("service"), key(), transfer(adas, berts, 1)));
        assertProblem(http.call("PUT", TRANSACTIONS).token(http.admin()).send(), 405, "method-not-allowed");
    }

    @Test
    void aHoldIsCapturedInPart() {
        String held = done(post(ada, hold(adas, berts, 40)));
        assertThat(money.transaction(held).path("status").asText()).isEqualTo("pending");
        assertThat(money.balance(adas)).isEqualTo("100/40/60");
        assertProblem(money.follow(bert.token(), held, "capture", Map.of("amount", 41)), 422, "exceeds-original");
        assertProblem(money.follow(ada.token(), held, "capture", Map.of()), 403, "forbidden");

        Reply captured = money.follow(bert.token(), held, "capture", Map.of("amount", 15));
        assertThat(captured.status()).as(captured.toString()).isEqualTo(201);
        assertThat(captured.json().path("kind").asText()).isEqualTo("capture");
        assertThat(captured.json().path("status").asText()).isEqualTo("posted");
        assertThat(captured.json().path("amount").asLong()).isEqualTo(15);
        assertThat(captured.json().path("relatedTo").asText()).isEqualTo(held);
        assertThat(URI.create(captured.needHeader("Location")).getPath())
                .isEqualTo(TRANSACTIONS + "/" + captured.json().path("id").asText());
        assertThat(money.status(held)).isEqualTo("captured");
        assertThat(money.balance(adas)).isEqualTo("85/0/85");
        assertProblem(money.follow(bert.token(), held, "capture", Map.of()), 409, "hold-not-open");
        assertProblem(money.follow(bert.token(), held, "void", Map.of()), 409, "hold-not-open");

        String back = done(money.follow(bert.token(), captured.json().path("id").asText(), "reverse", Map.of()));
        assertThat(money.transaction(back).path("amount").asLong()).isEqualTo(15);
        assertThat(money.balance(adas)).isEqualTo("100/0/100");
    }

    @Test
    void whoMayVoid() {
        // The one who placed it, and the one who would receive it.
        for (Person person : List.of(ada, bert)) {
            String held = done(post(ada, hold(adas, berts, 10)));
            String voided = done(money.follow(person.token(), held, "void", Map.of()));
            assertThat(money.transaction(voided).path("kind").asText()).isEqualTo("void");
            assertThat(money.transaction(voided).path("status").asText()).isEqualTo("posted");
            assertThat(money.status(held)).isEqualTo("voided");
        }
        // Not the one on whom a service placed it.
        String placed = done(money.post(http.role("service"), key(), hold(adas, berts, 10)));
        assertProblem(money.follow(ada.token(), placed, "void", Map.of()), 403, "forbidden");
        done(money.follow(http.role("service"), placed, "void", Map.of()));
        assertThat(money.balance(adas)).isEqualTo("100/0/100");
    }

    @Test
    void bodiesOfWhatFollowsMayBeLeftOut() {
        String held = done(post(ada, hold(adas, berts, 10)));
        Reply captured = http.post(TRANSACTIONS + "/" + held + "/capture")
                .token(bert.token())
                .header("Idempotency-Key", key())
                .send();
        assertThat(captured.status()).as(captured.toString()).isEqualTo(201);
        String path = TRANSACTIONS + "/" + captured.json().path("id").asText() + "/reverse";
        assertInvalid(money.act(bert.token(), key(), path.substring(TRANSACTIONS.length()), Map.of("all", 1)), "all");
        Reply back = http.post(path)
                .token(bert.token())
                .header("Idempotency-Key", key())
                .send();
        assertThat(back.status()).as(back.toString()).isEqualTo(201);
        String again = done(post(ada, hold(adas, berts, 10)));
        Reply voided = http.post(TRANSACTIONS + "/" + again + "/void")
                .token(bert.token())
                .header("Idempotency-Key", key())
                .send();
        assertThat(voided.status()).as(voided.toString()).isEqualTo(201);
        assertThat(money.balance(adas)).isEqualTo("100/0/100");
    }

    @Test
    void aHoldExpires() {
        Instant end = Instant.now().plusSeconds(3);
        String held = done(post(ada, with(hold(adas, berts, 10), "expiresAt", end.toString())));
        Eventually.within(
                Duration.ofSeconds(9), () -> assertThat(money.status(held)).isEqualTo("expired"));
        assertThat(Instant.now()).isAfter(end);
        assertProblem(money.follow(bert.token(), held, "capture", Map.of()), 409, "hold-not-open");
        assertThat(money.balance(adas)).isEqualTo("100/0/100");
        JsonNode expiry = http.get(TRANSACTIONS + "?kind=expiry&accountId=" + adas)
                .token(ada.token())
                .send()
                .json()
                .path("items")
                .path(0);
        assertThat(expiry.path("relatedTo").asText()).isEqualTo(held);
        assertInvalid(
                post(
                        ada,
                        with(
                                hold(adas, berts, 1),
                                "expiresAt",
                                Instant.now().minusSeconds(1).toString())),
                "expiresAt");
        assertInvalid(post(ada, with(hold(adas, berts, 1), "expiresAt", "soon")), "expiresAt");
    }

    @Test
    void reversalsAreBounded() {
        String sent = done(post(ada, transfer(adas, berts, 30)));
        assertProblem(money.follow(ada.token(), sent, "reverse", Map.of()), 403, "forbidden");
        String back = done(money.follow(bert.token(), sent, "reverse", Map.of("amount", 10)));
        assertThat(money.transaction(back).path("kind").asText()).isEqualTo("reversal");
        assertThat(money.transaction(back).path("relatedTo").asText()).isEqualTo(sent);
        assertThat(money.transaction(back).path("debitAccountId").asText()).isEqualTo(berts);
        assertThat(money.status(sent)).isEqualTo("posted");
        assertProblem(money.follow(bert.token(), sent, "reverse", Map.of("amount", 21)), 422, "exceeds-original");
        String rest = done(money.follow(bert.token(), sent, "reverse", Map.of()));
        assertThat(money.transaction(rest).path("amount").asLong()).isEqualTo(20);
        assertThat(money.status(sent)).isEqualTo("reversed");
        assertProblem(money.follow(bert.token(), sent, "reverse", Map.of()), 409, "already-reversed");
        assertProblem(money.follow(http.admin(), back, "reverse", Map.of()), 409, "not-reversible");
        String held = done(post(ada, hold(adas, berts, 1)));
        assertProblem(money.follow(http.admin(), held, "reverse", Map.of()), 409, "not-reversible");
        assertThat(money.balance(adas)).isEqualTo("100/1/99");
    }

    @Test
    void whatConcernsOthersDoesNotExist() {
        String sent = done(post(ada, transfer(adas, berts, 1)));
        String held = done(post(ada, hold(adas, berts, 1)));
        Person eve = people.create("eve");
        assertProblem(http.get(TRANSACTIONS + "/" + sent).token(eve.token()).send(), 404, "not-found");
        assertProblem(http.get(TRANSACTIONS + "/x").token(eve.token()).send(), 404, "not-found");
        assertProblem(money.follow(eve.token(), sent, "reverse", Map.of()), 404, "not-found");
        assertProblem(money.follow(eve.token(), held, "capture", Map.of()), 404, "not-found");
        assertProblem(money.follow(eve.token(), UNKNOWN, "void", Map.of()), 404, "not-found");
        assertThat(listed(eve, "")).isEmpty();
        assertThat(listed(eve, "?accountId=" + adas)).isEmpty();
        assertThat(listed(eve, "?userId=" + ada.id())).isEmpty();
    }

    @Test
    void listsNewestFirstAndFiltered() {
        String first = done(post(ada, with(transfer(adas, berts, 1), "reference", "first=1")));
        String second = done(post(ada, hold(adas, berts, 2)));
        String third = done(money.follow(bert.token(), second, "void", Map.of()));
        String fourth = done(post(ada, transfer(adas, berts, 4)));
        done(money.follow(bert.token(), fourth, "reverse", Map.of()));

        assertThat(listed(ada, "?limit=200")).containsSubsequence(fourth, third, second, first);
        assertThat(listed(ada, "?kind=hold")).containsExactly(second);
        assertThat(listed(ada, "?status=voided")).containsExactly(second);
        assertThat(listed(ada, "?status=reversed")).containsExactly(fourth);
        assertThat(listed(ada, "?reference=" + Http.encode("first=1"))).containsExactly(first);
        assertThat(listed(ada, "?reference=first")).isEmpty();
        assertThat(listed(bert, "?accountId=" + berts)).hasSize(5);
        assertThat(listed(bert, "?userId=" + bert.id() + "&kind=void")).containsExactly(third);
        String made = money.transaction(second).path("createdAt").asText();
        assertThat(listed(ada, "?from=" + made)).contains(second, third, fourth).doesNotContain(first);
        assertThat(listed(ada, "?to=" + made)).contains(first).doesNotContain(second, third);

        List<String> paged = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = http.get(TRANSACTIONS + "?limit=2&accountId=" + berts
                            + (cursor.isEmpty() ? "" : "&cursor=" + cursor))
                    .token(bert.token())
                    .send()
                    .json();
            page.path("items").forEach(item -> paged.add(item.path("id").asText()));
            cursor = page.path("next").asText("");
        } while (!cursor.isEmpty() && paged.size() < 20);
        assertThat(paged).isEqualTo(listed(bert, "?accountId=" + berts));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=201",
                "cursor=x",
                "cursor=",
                "from=2026",
                "to=now",
                "status=done",
                "kind=payment"
            })
    void refusesBadParameters(String query) {
        String field = query.substring(0, query.indexOf('='));
        assertInvalid(http.get(TRANSACTIONS + "?" + query).token(ada.token()).send(), field);
    }

    private List<String> listed(Person person, String query) {
        Reply reply = http.get(TRANSACTIONS + query).token(person.token()).send();
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        List<String> ids = new ArrayList<>();
        reply.json().path("items").forEach(item -> ids.add(item.path("id").asText()));
        return ids;
    }
}
