package io.plinth.itests;

import static io.plinth.itests.harness.Money.ACCOUNTS;
import static io.plinth.itests.harness.Money.TRANSACTIONS;
import static io.plinth.itests.harness.Money.done;
import static io.plinth.itests.harness.Money.hold;
import static io.plinth.itests.harness.Money.key;
import static io.plinth.itests.harness.Money.transfer;
import static io.plinth.itests.harness.Money.with;
import static io.plinth.itests.harness.Problems.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.plinth.itests.harness.Commands.Outcome;
import io.plinth.itests.harness.EventTap;
import io.plinth.itests.harness.EventTap.Received;
import io.plinth.itests.harness.Eventually;
import io.plinth.itests.harness.Http;
import io.plinth.itests.harness.Money;
import io.plinth.itests.harness.OnSharedServer;
import io.plinth.itests.harness.People;
import io.plinth.itests.harness.People.Person;
import io.plinth.itests.harness.PlinthServer;
import io.plinth.itests.harness.Reply;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the ledger shows of itself: exports, the check, events, metrics, health and the shell. */
@OnSharedServer
class LedgerIT {
    private static final Duration DELIVERY = Duration.ofSeconds(20);

    private final PlinthServer server;
    private final EventTap events;
    private final Http http;
    private final Money money;
    private Person ada;
    private String adas;
    private String berts;

    LedgerIT(PlinthServer server, EventTap events, Http http) {
        this.server = server;
        this.events = events;
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

    private Reply export(String token, String query, String... headers) {
        var call = http.get(TRANSACTIONS + "/export?" + query).token(token);
        for (int i = 0; i < headers.length; i += 2) {
            call.header(headers[i], headers[i + 1]);
        }
        return call.send();
    }

    @Test
    void exportsCsv() {
        Map<String, Object> body = with(transfer(adas, berts, 5), "reference", "=\"a\",b\u00e9");
        String id = done(money.post(ada.token(), key(), with(body, "metadata", Map.of("a", 1))));
        Reply reply = export(ada.token(), "format=csv&accountId=" + adas);
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        assertThat(reply.needHeader("Content-Type")).startsWith("text/csv");
        String[] lines = reply.text().split("\r\n", -1);
        assertThat(lines).hasSize(4);
        assertThat(lines[0])
                .startsWith("id,kind,status,debitAccountId,creditAccountId,amount,currency,reference,metadata,"
                        + "relatedTo,createdAt");
        assertThat(lines[1])
                .startsWith(id + ",transfer,posted," + adas + "," + berts + ",5,EUR,\"'=\"\"a\"\",bé\","
                        + "\"{\"\"a\"\":1}\",,20");
        assertThat(lines[3]).isEmpty();
    }

    @Test
    void exportsNdjsonAsTheListHasIt() throws IOException {
        String held = done(money.post(ada.token(), key(), hold(adas, berts, 5)));
        done(money.follow(ada.token(), held, "void", Map.of()));
        done(money.post(ada.token(), key(), with(transfer(adas, berts, 5), "metadata", Map.of("q", "\"\\\n\u2028😀"))));
        List<JsonNode> listed = new ArrayList<>();
        http.get(TRANSACTIONS + "?accountId=" + adas)
                .token(ada.token())
                .send()
                .json()
                .path("items")
                .forEach(listed::add);
        Reply reply = export(ada.token(), "format=ndjson");
        assertThat(reply.needHeader("Content-Type")).startsWith("application/x-ndjson");
        List<JsonNode> lines = new ArrayList<>();
        for (String line : reply.text().split("\n")) {
            lines.add(new ObjectMapper().readTree(line));
        }
        assertThat(lines).hasSize(4).isEqualTo(listed);
        assertThat(export(ada.token(), "format=ndjson&kind=void").text().lines())
                .hasSize(1);
        assertThat(export(new People(http).create("eve").token(), "format=ndjson&accountId=" + adas)
                        .text())
                .isEmpty();
        Reply zipped = export(ada.token(), "format=ndjson", "Accept-Encoding", "gzip");
        assertThat(zipped.needHeader("Content-Encoding")).isEqualTo("gzip");
        try (GZIPInputStream plain = new GZIPInputStream(new ByteArrayInputStream(zipped.bytes()))) {
            assertThat(new String(plain.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(reply.text());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "format=", "format=xml", "format=CSV"})
    void anExportHasAFormat(String query) {
        assertInvalid(export(ada.token(), query), "format");
    }

    @ParameterizedTest
    @ValueSource(strings = {"from=x", "to=x", "status=x", "kind=x"})
    void anExportHasTheFiltersOfTheList(String query) {
        assertInvalid(export(ada.token(), "format=csv&" + query), query.substring(0, query.indexOf('=')));
    }

    @Test
    void theCheckFindsNothing() {
        done(money.post(ada.token(), key(), transfer(adas, berts, 5)));
        Reply reply = http.get("/api/v1/ledger/check")
                .token(http.admin())
                .timeout(Duration.ofSeconds(60))
                .send();
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        assertThat(reply.json().path("balanced").asBoolean())
                .as(reply.toString())
                .isTrue();
        assertThat(reply.json().path("accounts").asLong()).isGreaterThanOrEqualTo(3);
        assertThat(reply.json().path("transactions").asLong()).isGreaterThanOrEqualTo(2);
        assertThat(reply.json().path("violations").toString()).isEqualTo("[]");
    }

    /** One for each change, in order for both accounts, and without what is personal. */
    @Test
    void eachChangeHasItsEvent() {
        Map<String, Object> secret = with(hold(adas, berts, 50), "reference", "Geheimnis");
        String held = done(money.post(ada.token(), key(), with(secret, "metadata", Map.of("a", "Geheimnis"))));
        String captured = done(money.follow(http.admin(), held, "capture", Map.of("amount", 20)));
        String back = done(money.follow(http.admin(), captured, "reverse", Map.of()));
        String second = done(money.post(ada.token(), key(), hold(adas, berts, 1)));
        String voided = done(money.follow(ada.token(), second, "void", Map.of()));
        String last = done(money.post(ada.token(), key(), transfer(adas, money.source(), 1_000)));
        http.post(ACCOUNTS + "/" + adas + "/close").token(ada.token()).send();

        Eventually.within(DELIVERY, () -> assertThat(types(adas)).contains("io.plinth.accounts.closed"));
        assertThat(types(adas))
                .containsExactly(
                        "io.plinth.accounts.opened",
                        "io.plinth.transactions.posted",
                        "io.plinth.transactions.held",
                        "io.plinth.transactions.captured",
                        "io.plinth.transactions.reversed",
                        "io.plinth.transactions.held",
                        "io.plinth.transactions.voided",
                        "io.plinth.transactions.posted",
                        "io.plinth.accounts.closed");
        assertThat(about(berts).stream()
                        .map(event -> event.event().at("/data/id").asText()))
                .as("the credit account sees them in the same order")
                .containsSubsequence(held, captured, back, second, voided);
        List<Received> all = about(adas);
        assertThat(all.stream().map(Received::id).distinct()).hasSize(all.size());
        assertThat(all).allSatisfy(event -> {
            assertThat(event.duplicateId()).isEqualTo(event.id());
            assertThat(event.event().path("specversion").asText()).isEqualTo("1.0");
        });
        assertThat(all.toString()).contains(last).doesNotContain("Geheimnis");
    }

    private List<String> types(String account) {
        return about(account).stream().map(Received::type).toList();
    }

    /** Events that name the account. */
    private List<Received> about(String account) {
        return events.all(EventTap.TRANSACTIONS).stream()
                .filter(event -> event.event().toString().contains(account))
                .toList();
    }

    @Test
    void metricsAndHealthTell() {
        done(money.post(ada.token(), key(), transfer(adas, berts, 5)));
        money.post(ada.token(), key(), transfer(adas, berts, 50_000));
        String metrics = http.get("/metrics").token(http.admin()).send().text();
        assertThat(metrics)
                .containsPattern(
                        "plinth_transactions_committed_total\\{kind=\"transfer\",outcome=\"done\",version=\"[0-9.]+\"\\} [1-9]")
                .containsPattern(
                        "plinth_transactions_committed_total\\{kind=\"transfer\",outcome=\"refused\",version=\"[0-9.]+\"\\} [1-9]")
                .contains("plinth_transactions_commit_seconds_bucket")
                .contains("plinth_transactions_batch_size_requests_count")
                .contains("plinth_transactions_queue_depth")
                .containsPattern("http_server_requests_seconds_count\\{capability=\"transactions\",.*"
                        + "uri=\"/api/v1/transactions\"");
        assertThat(http.get("/health/ready").send().json().path("checks").findValuesAsText("name"))
                .contains("ledger");
    }

    @Test
    void theShellSeesTheLedger() {
        String id = done(money.post(ada.token(), key(), transfer(adas, berts, 5)));
        assertThat(console("plinth:transaction-list --account " + adas)).contains(id, "transfer", "posted");
        assertThat(console("plinth:ledger-check")).contains("The ledger is balanced");
    }

    private String console(String command) {
        Outcome outcome = server.plinth("console", command);
        assertThat(outcome.exitCode()).as("%s: %s", command, outcome.output()).isZero();
        return outcome.output();
    }
}
