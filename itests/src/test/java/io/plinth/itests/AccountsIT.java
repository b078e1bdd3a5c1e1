package io.plinth.itests;

import static io.plinth.itests.harness.Money.ACCOUNTS;
import static io.plinth.itests.harness.Money.done;
import static io.plinth.itests.harness.Money.hold;
import static io.plinth.itests.harness.Money.key;
import static io.plinth.itests.harness.Money.transfer;
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
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rows {@code /accounts} of the contract. */
@OnSharedServer
class AccountsIT {
    private static final String UNKNOWN = "01900000-0000-7000-8000-000000000000";

    private final Http http;
    private final People people;
    private final Money money;

    AccountsIT(Http http) {
        this.http = http;
        this.people = new People(http);
        this.money = new Money(http);
    }

    private Reply open(String token, Map<String, ?> body) {
        return http.post(ACCOUNTS).token(token).json(body).send();
    }

    private Reply get(String token, String path) {
        return http.get(ACCOUNTS + path).token(token).send();
    }

    private Reply close(String token, String account) {
        return http.post(ACCOUNTS + "/" + account + "/close").token(token).send();
    }

    @Test
    void opensForTheCaller() {
        Person ada = people.create("ada");
        Reply reply = open(ada.token(), Map.of("currency", "EUR", "name", "Household"));
        assertThat(reply.status()).as(reply.toString()).isEqualTo(201);
        JsonNode account = reply.json();
        List<String> names = new ArrayList<>();
        account.fieldNames().forEachRemaining(names::add);
        assertThat(names)
                .containsExactlyInAnyOrder(
                        "id", "ownerId", "currency", "name", "status", "overdraftLimit", "balance", "createdAt");
        assertThat(account.path("id").asText()).matches(People.UUID_V7);
        assertThat(account.path("ownerId").asText()).isEqualTo(ada.id());
        assertThat(account.path("currency").asText()).isEqualTo("EUR");
        assertThat(account.path("name").asText()).isEqualTo("Household");
        assertThat(account.path("overdraftLimit").toString()).isEqualTo("0");
        assertThat(account.path("balance").toString()).isEqualTo("{\"posted\":0,\"pending\":0,\"available\":0}");
        assertThat(Instant.parse(account.path("createdAt").asText())).isBeforeOrEqualTo(Instant.now());
        URI location = URI.create(reply.needHeader("Location"));
        assertThat(location.getPath())
                .isEqualTo(ACCOUNTS + "/" + account.path("id").asText());
        assertThat(http.get(location.getPath()).token(ada.token()).send().json())
                .isEqualTo(account);
    }

    @Test
    void anIdOfTheClientIsTakenOnce() {
        Person ada = people.create("ada");
        String id = "01900000-0000-7000-8000-" + String.format("%012x", System.nanoTime() & 0xffffffffffffL);
        Reply reply = open(ada.token(), Map.of("id", id, "currency", "EUR"));
        assertThat(reply.status()).as(reply.toString()).isEqualTo(201);
        assertThat(reply.json().path("id").asText()).isEqualTo(id);
        assertProblem(open(ada.token(), Map.of("id", id, "currency", "EUR")), 409, "account-exists");
        assertProblem(open(people.create("bert").token(), Map.of("id", id, "currency", "EUR")), 409, "account-exists");
    }

    @Test
    void theOwnerMustBeThere() {
        String admin = http.admin();
        assertInvalid(open(admin, Map.of("currency", "EUR")), "ownerId");
        assertProblem(open(admin, Map.of("currency", "EUR", "ownerId", UNKNOWN)), 422, "unknown-user");
        assertProblem(open(admin, Map.of("currency", "EUR", "ownerId", "x")), 422, "unknown-user");
        Person closed = people.create("closed");
        http.call("DELETE", closed.path()).token(admin).send();
        assertProblem(open(admin, Map.of("currency", "EUR", "ownerId", closed.id())), 422, "unknown-user");
        // Somebody else looks just like nobody.
        Person ada = people.create("ada");
        Person bert = people.create("bert");
        JsonNode other =
                assertProblem(open(ada.token(), Map.of("currency", "EUR", "ownerId", bert.id())), 422, "unknown-user");
        JsonNode unknown =
                assertProblem(open(ada.token(), Map.of("currency", "EUR", "ownerId", UNKNOWN)), 422, "unknown-user");
        assertThat(other).isEqualTo(unknown);
        assertThat(open(http.role("service"), Map.of("currency", "EUR", "ownerId", bert.id()))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void onlyAdminAndServiceGrantAnOverdraft() {
        Person ada = people.create("ada");
        Map<String, Object> body = new HashMap<>(Map.of("currency", "EUR", "ownerId", ada.id()));
        for (Object limit : new Object[] {1, null}) {
            body.put("overdraftLimit", limit);
            assertProblem(open(ada.token(), body), 403, "forbidden");
            for (String token : List.of(http.admin(), http.role("service"))) {
                Reply reply = open(token, body);
                assertThat(reply.status()).as(reply.toString()).isEqualTo(201);
                JsonNode account = reply.json();
                assertThat(account.path("overdraftLimit").toString()).isEqualTo(String.valueOf(limit));
                assertThat(account.at("/balance/available").toString()).isEqualTo(String.valueOf(limit));
            }
        }
        body.put("overdraftLimit", 0);
        assertThat(open(ada.token(), body).status()).isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {}                                          | currency
                    {"currency":"EURO"}                         | currency
                    {"currency":"eur"}                          | currency
                    {"currency":978}                            | currency
                    {"currency":"EUR","id":"1"}                 | id
                    {"currency":"EUR","name":""}                | name
                    {"currency":"EUR","overdraftLimit":-1}      | overdraftLimit
                    {"currency":"EUR","overdraftLimit":1e2}     | overdraftLimit
                    {"currency":"EUR","overdraftLimit":1.0}     | overdraftLimit
                    {"currency":"EUR","overdraftLimit":"1"}     | overdraftLimit
                    {"currency":"EUR","balance":1}              | balance
                    {"currency":"EUR","currency":"USD"}         | currency
                    """)
    void refusesWhatIsMalformed(String body, String field) {
        Reply reply =
                http.post(ACCOUNTS).token(http.admin()).jsonText(body.strip()).send();
        assertInvalid(reply, field.strip());
    }

    @Test
    void othersAccountsDoNotExist() {
        Person ada = people.create("ada");
        Person bert = people.create("bert");
        String own = money.open(ada);
        String other = money.open(bert);
        for (String path : List.of("", "/statement", "?at=2999-01-01T00:00:00Z")) {
            assertThat(get(ada.token(), "/" + own + path).status()).as(path).isEqualTo(200);
            JsonNode hidden = assertProblem(get(ada.token(), "/" + other + path), 404, "not-found");
            JsonNode unknown = assertProblem(get(ada.token(), "/" + UNKNOWN + path), 404, "not-found");
            assertThat(hidden.path("detail")).isEqualTo(unknown.path("detail"));
        }
        assertProblem(close(ada.token(), other), 404, "not-found");
        assertThat(ids(get(ada.token(), ""))).containsExactly(own);
        assertThat(ids(get(ada.token(), "?ownerId=" + bert.id()))).isEmpty();
        assertThat(ids(get(ada.token(), "?ownerId=" + UNKNOWN))).isEmpty();
        for (String token : List.of(http.admin(), http.role("service"))) {
            assertThat(ids(get(token, "?ownerId=" + bert.id()))).containsExactly(other);
            assertThat(get(token, "/" + own).status()).isEqualTo(200);
        }
        assertProblem(get(http.role("monitor"), ""), 403, "forbidden");
        assertProblem(http.get(ACCOUNTS).send(), 401, "unauthorized");
    }

    @Test
    void listsPageByPage() {
        Person ada = people.create("ada");
        List<String> opened = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            opened.add(money.open(ada));
        }
        List<String> listed = new ArrayList<>();
        String cursor = "";
        int pages = 0;
        do {
            Reply page = get(ada.token(), "?limit=2" + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
            listed.addAll(ids(page));
            cursor = page.json().path("next").asText("");
            pages++;
        } while (!cursor.isEmpty() && pages < 10);
        assertThat(pages).isEqualTo(3);
        assertThat(listed).containsExactlyInAnyOrderElementsOf(opened);
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=201", "limit=x", "cursor=%25", "cursor=", "cursor=bm9uc2Vuc2U"})
    void refusesBadPages(String query) {
        String field = query.substring(0, query.indexOf('='));
        String account = money.open(people.create("ada"));
        assertInvalid(get(http.admin(), "?" + query), field);
        assertInvalid(get(http.admin(), "/" + account + "/statement?" + query), field);
    }

    @Test
    void aStatementHasNoGap() {
        Person ada = people.create("ada");
        String account = money.open(ada, 100);
        String other = money.open(people.create("bert"));
        String spent = done(money.post(ada.token(), key(), transfer(account, other, 30)));
        String held = done(money.post(ada.token(), key(), hold(account, other, 50)));
        String captured = done(money.follow(http.admin(), held, "capture", Map.of("amount", 20)));
        String back = done(money.follow(http.admin(), spent, "reverse", Map.of("amount", 10)));

        JsonNode lines = get(ada.token(), "/" + account + "/statement").json().path("items");
        assertThat(lines.findValuesAsText("sequence")).containsExactly("1", "2", "3", "4");
        assertThat(lines.findValuesAsText("direction")).containsExactly("credit", "debit", "debit", "credit");
        assertThat(lines.findValuesAsText("amount")).containsExactly("100", "30", "20", "10");
        assertThat(lines.findValuesAsText("balanceAfter")).containsExactly("100", "70", "50", "60");
        assertThat(lines.findValuesAsText("transactionId").subList(1, 4)).containsExactly(spent, captured, back);
        assertThat(money.balance(account)).isEqualTo("60/0/60");

        String third = lines.path(2).path("at").asText();
        assertThat(sequences(account, "?from=" + third)).startsWith("3").contains("4");
        assertThat(sequences(account, "?to=" + third)).doesNotContain("3", "4");
        String page = get(ada.token(), "/" + account + "/statement?limit=3")
                .json()
                .path("next")
                .asText();
        assertThat(sequences(account, "?limit=3&cursor=" + page)).containsExactly("4");
        assertInvalid(get(ada.token(), "/" + account + "/statement?from=2026-01-01"), "from");
        assertInvalid(get(ada.token(), "/" + account + "/statement?to=tomorrow"), "to");
        assertThat(sequences(other, "")).containsExactly("1", "2", "3");
    }

    private List<String> sequences(String account, String query) {
        return get(http.admin(), "/" + account + "/statement" + query)
                .json()
                .path("items")
                .findValuesAsText("sequence");
    }

    @Test
    void aBalanceIsKnownForEveryTime() {
        Person ada = people.create("ada");
        String account = money.open(ada, 100);
        money.fund(account, 50);
        JsonNode lines = get(ada.token(), "/" + account + "/statement").json().path("items");
        Instant first = Instant.parse(lines.path(0).path("at").asText());
        Instant second = Instant.parse(lines.path(1).path("at").asText());
        assertThat(postedAt(ada, account, first)).isEqualTo(100);
        assertThat(postedAt(ada, account, second.minusNanos(1_000))).isEqualTo(100);
        assertThat(postedAt(ada, account, second)).isEqualTo(150);
        assertThat(postedAt(ada, account, Instant.now())).isEqualTo(150);
        assertProblem(get(ada.token(), "/" + account + "?at=2000-01-01T00:00:00Z"), 404, "not-found");
        assertInvalid(get(ada.token(), "/" + account + "?at=now"), "at");
    }

    private long postedAt(Person person, String account, Instant time) {
        return get(person.token(), "/" + account + "?at=" + time)
                .json()
                .at("/balance/posted")
                .asLong(-1);
    }

    @Test
    void closesWhatIsEmpty() {
        Person ada = people.create("ada");
        String account = money.open(ada, 10);
        String other = money.open(people.create("bert"));
        assertProblem(close(ada.token(), account), 409, "account-not-empty");
        String held = done(money.post(ada.token(), key(), hold(account, other, 10)));
        assertProblem(close(http.admin(), other), 409, "account-not-empty");
        done(money.follow(ada.token(), held, "void", Map.of()));
        done(money.post(ada.token(), key(), transfer(account, money.source(), 10)));

        Reply closed = close(ada.token(), account);
        assertThat(closed.status()).as(closed.toString()).isEqualTo(200);
        assertThat(closed.json().path("status").asText()).isEqualTo("closed");
        assertThat(get(ada.token(), "/" + account).json()).isEqualTo(closed.json());
        assertThat(close(ada.token(), account).status()).isEqualTo(200);
        assertProblem(money.post(http.admin(), key(), transfer(money.source(), account, 1)), 422, "account-closed");
        assertProblem(money.post(http.admin(), key(), transfer(account, money.source(), 1)), 422, "account-closed");
    }

    private static List<String> ids(Reply reply) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        List<String> ids = new ArrayList<>();
        reply.json().path("items").forEach(item -> ids.add(item.path("id").asText()));
        return ids;
    }
}
