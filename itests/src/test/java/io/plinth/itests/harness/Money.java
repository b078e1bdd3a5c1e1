package io.plinth.itests.harness;

import com.fasterxml.jackson.databind.JsonNode;
import io.plinth.itests.harness.People.Person;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Accounts and transactions as the contract describes them, for one owner of a source of money. */
public final class Money {
    public static final String ACCOUNTS = "/api/v1/accounts";
    public static final String TRANSACTIONS = "/api/v1/transactions";
    public static final String CURRENCY = "EUR";

    private final Http http;
    private @Nullable String source;

    public Money(Http http) {
        this.http = http;
    }

    /** An account without money. */
    public String open(Person owner) {
        return open(Map.of("ownerId", owner.id(), "currency", CURRENCY));
    }

    /** An account that has this much. */
    public String open(Person owner, long amount) {
        String account = open(owner);
        if (amount > 0) {
            fund(account, amount);
        }
        return account;
    }

    /** An account, made by an admin. */
    public String open(Map<String, ?> body) {
        Reply reply = http.post(ACCOUNTS).token(http.admin()).json(body).send();
        if (reply.status() != 201) {
            throw new AssertionError("no account: " + reply);
        }
        return reply.json().path("id").asText();
    }

    /** Moves money from a source that never runs dry. */
    public void fund(String account, long amount) {
        done(post(http.admin(), key(), transfer(source(), account, amount)));
    }

    /** An account without limit; made on first use. */
    public synchronized String source() {
        if (source == null) {
            Map<String, Object> body = new HashMap<>();
            body.put("ownerId", new People(http).create("source").id());
            body.put("currency", CURRENCY);
            body.put("overdraftLimit", null);
            source = open(body);
        }
        return source;
    }

    public static Map<String, Object> transfer(String debit, String credit, long amount) {
        return body("transfer", debit, credit, amount);
    }

    public static Map<String, Object> hold(String debit, String credit, long amount) {
        return body("hold", debit, credit, amount);
    }

    private static Map<String, Object> body(String kind, String debit, String credit, long amount) {
        Map<String, Object> body = new HashMap<>();
        body.put("kind", kind);
        body.put("debitAccountId", debit);
        body.put("creditAccountId", credit);
        body.put("amount", amount);
        body.put("currency", CURRENCY);
        return body;
    }

    /** The same with another member. */
    public static Map<String, Object> with(Map<String, ?> body, String name, @Nullable Object value) {
        Map<String, Object> changed = new HashMap<>(body);
        changed.put(name, value);
        return changed;
    }

    /** A key that nobody has used. */
    public static String key() {
        return People.uniqueName("key");
    }

    public Reply post(String token, String key, Map<String, ?> body) {
        return act(token, key, "", body);
    }

    /** {@code capture}, {@code void} or {@code reverse}. */
    public Reply follow(String token, String transaction, String verb, Map<String, ?> body) {
        return act(token, key(), "/" + transaction + "/" + verb, body);
    }

    /** A request below {@code /transactions} with a key. */
    public Reply act(String token, String key, String path, Map<String, ?> body) {
        return http.post(TRANSACTIONS + path)
                .token(token)
                .header("Idempotency-Key", key)
                .json(body)
                .send();
    }

    /** Id of what must have been done. */
    public static String done(Reply reply) {
        if (reply.status() != 201) {
            throw new AssertionError("not done: " + reply);
        }
        return reply.json().path("id").asText();
    }

    public JsonNode account(String id) {
        return http.get(ACCOUNTS + "/" + id).token(http.admin()).send().json();
    }

    public JsonNode transaction(String id) {
        return http.get(TRANSACTIONS + "/" + id).token(http.admin()).send().json();
    }

    public String status(String transaction) {
        return transaction(transaction).path("status").asText();
    }

    /** {@code posted/pending/available} of an account. */
    public String balance(String account) {
        JsonNode balance = account(account).path("balance");
        return balance.path("posted") + "/" + balance.path("pending") + "/" + balance.path("available");
    }
}
