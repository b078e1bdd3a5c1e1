package io.plinth.itests.harness;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.plinth.itests.harness.EventTap.Received;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What must be true of a ledger after a fault: called to account by what its clients remember. */
public final class LedgerAccount {
    private static final Duration EVENTS_LIMIT = Duration.ofSeconds(120);
    private static final int RETRIES_MAX = 20;

    private final PlinthServer server;
    private final Money money;

    public LedgerAccount(PlinthServer server) {
        this.server = server;
        this.money = new Money(server.http());
    }

    /** Accounts without limit. */
    public List<String> open(int count) {
        List<String> accounts = new ArrayList<>();
        String owner = new People(server.http()).create("teller").id();
        for (int i = 0; i < count; i++) {
            Map<String, Object> body = new HashMap<>();
            body.put("ownerId", owner);
            body.put("currency", Money.CURRENCY);
            body.put("overdraftLimit", null);
            accounts.add(money.open(body));
        }
        return accounts;
    }

    /**
     * What was acknowledged is there exactly once, with the id that was told; all else once or not at all. The same key again
     * settles it: then all is there exactly once. The ledger finds nothing wrong.
     *
     * @return how many were done, and not acknowledged
     */
    public int assertSettled(Map<String, Map<String, Object>> sent, Map<String, String> acknowledged) {
        Map<String, List<String>> before = idsByReference();
        int done = 0;
        for (String key : sent.keySet()) {
            List<String> ids = before.getOrDefault(key, List.of());
            String told = acknowledged.get(key);
            if (told == null) {
                assertThat(ids).as("not acknowledged: %s", key).hasSizeLessThan(2);
                done += ids.size();
            } else {
                assertThat(ids).as("acknowledged: %s", key).containsExactly(told);
            }
        }
        for (Map.Entry<String, Map<String, Object>> one : sent.entrySet()) {
            String key = one.getKey();
            if (acknowledged.containsKey(key)) {
                continue;
            }
            Reply retried = retry(key, one.getValue());
            List<String> ids = before.getOrDefault(key, List.of());
            if (!ids.isEmpty()) {
                assertThat(Money.done(retried)).isEqualTo(ids.get(0));
                assertThat(retried.header("Idempotency-Replayed")).contains("true");
            }
        }
        Map<String, List<String>> after = idsByReference();
        for (String key : sent.keySet()) {
            assertThat(after.getOrDefault(key, List.of()))
                    .as("settled: %s", key)
                    .hasSize(1);
        }
        assertBalanced();
        return done;
    }

    private Reply retry(String key, Map<String, Object> body) {
        Reply reply = money.post(server.http().admin(), key, body);
        for (int i = 0; i < RETRIES_MAX && reply.status() == 503; i++) {
            reply = money.post(server.http().admin(), key, body);
        }
        return reply;
    }

    public void assertBalanced() {
        JsonNode check = server.http()
                .get("/api/v1/ledger/check")
                .token(server.http().admin())
                .send()
                .json();
        assertThat(check.path("balanced").asBoolean()).as(check.toString()).isTrue();
    }

    /** Each transaction has exactly one event, and there is no event without a transaction. */
    public void assertOneEventEach(EventTap events) {
        Set<String> ids = export().stream().map(row -> row.path("id").asText()).collect(Collectors.toSet());
        Eventually.within(EVENTS_LIMIT, () -> assertThat(eventIds(events)).containsAll(ids));
        assertThat(eventIds(events)).doesNotHaveDuplicates().hasSameSizeAs(ids);
    }

    private static List<String> eventIds(EventTap events) {
        return events.all(EventTap.TRANSACTIONS).stream()
                .filter(event -> event.type().startsWith("io.plinth.transactions."))
                .map(Received::id)
                .toList();
    }

    /** Transactions of a key that are there. */
    public Map<String, List<String>> idsByReference() {
        return export().stream()
                .collect(Collectors.groupingBy(
                        row -> row.path("reference").asText(),
                        Collectors.mapping(row -> row.path("id").asText(), Collectors.toList())));
    }

    private List<JsonNode> export() {
        Reply reply = server.http()
                .get("/api/v1/transactions/export?format=ndjson")
                .token(server.http().admin())
                .send();
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        List<JsonNode> rows = new ArrayList<>();
        try (var parser = Call.JSON.readerFor(JsonNode.class).<JsonNode>readValues(reply.bytes())) {
            parser.forEachRemaining(rows::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }
}
