package io.plinth.transactions.internal.rest;

import static io.plinth.transactions.internal.rest.Callers.at;
import static io.plinth.transactions.internal.rest.Callers.caller;
import static io.plinth.transactions.internal.rest.Callers.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.rest.JsonObject;
import io.plinth.security.Role;
import io.plinth.transactions.BatchMode;
import io.plinth.transactions.TransactionFilter;
import io.plinth.transactions.TransactionKind;
import io.plinth.transactions.TransactionRequest;
import io.plinth.transactions.TransactionRequest.Capture;
import io.plinth.transactions.TransactionRequest.Hold;
import io.plinth.transactions.TransactionRequest.Reversal;
import io.plinth.transactions.TransactionRequest.Transfer;
import io.plinth.transactions.TransactionRequest.Voiding;
import io.plinth.transactions.TransactionStatus;
import io.plinth.transactions.internal.rest.BatchAnswer.Result;
import io.plinth.transactions.internal.rest.CreateBatch.Item;
import io.plinth.transactions.internal.rest.CreateTransaction.Kind;
import java.lang.reflect.Method;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import javax.annotation.security.RolesAllowed;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.SecurityContext;
import javax.ws.rs.core.UriInfo;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TransactionsResourceTest {
    private static final UriInfo URI_INFO = at("https://host/api/v1/transactions");
    private static final UriInfo CAPTURE_URI = at("https://host/api/v1/transactions/1/capture");

    private final FakeLedger ledger = new FakeLedger();
    private final TransactionsResource resource = new TransactionsResource(ledger);
    private final SecurityContext ada = caller("ada", Role.USER);

    private static CreateTransaction transfer(@Nullable Long amount) {
        return new CreateTransaction(
                Kind.TRANSFER, FakeLedger.ACCOUNT, FakeLedger.OTHER, amount, "EUR", null, null, null);
    }

    private static Item item(@Nullable String key, @Nullable Long amount) {
        return new Item(key, Kind.TRANSFER, FakeLedger.ACCOUNT, FakeLedger.OTHER, amount, "EUR", null, null, null);
    }

    @Test
    void aTransactionIsAnsweredWithWhereItIs() {
        Response answer = resource.create("k", transfer(7L), ada, URI_INFO);
        assertThat(answer.getStatus()).isEqualTo(201);
        assertThat(answer.getLocation())
                .isEqualTo(URI.create("https://host/api/v1/transactions/" + FakeLedger.TRANSACTION));
        assertThat(answer.getEntity()).isEqualTo(TransactionBody.of(FakeLedger.transaction(null, null)));
        assertThat(answer.getHeaders()).doesNotContainKey(OutcomeAnswers.REPLAYED);
        assertThat(ledger.request).isEqualTo(new Transfer(FakeLedger.ACCOUNT, FakeLedger.OTHER, 7, "EUR", null, null));
    }

    @Test
    void theSameAgainSaysThatItIsAReplay() {
        Response first = resource.create("k", transfer(7L), ada, URI_INFO);
        Response again = resource.create("k", transfer(7L), ada, URI_INFO);
        assertThat(again.getStatus()).isEqualTo(201);
        assertThat(again.getEntity()).isEqualTo(first.getEntity());
        assertThat(again.getLocation()).isEqualTo(first.getLocation());
        assertThat(again.getHeaderString(OutcomeAnswers.REPLAYED)).isEqualTo("true");
    }

    @Test
    void aRefusalIsAProblemAndReplayedToo() {
        Response first = resource.create("k", transfer(FakeLedger.TOO_MUCH), ada, URI_INFO);
        assertThat(first.getStatus()).isEqualTo(422);
        assertThat(first.getMediaType().toString()).isEqualTo("application/problem+json");
        assertThat(first.getHeaders()).doesNotContainKey(OutcomeAnswers.REPLAYED);
        String problem = new String((byte[]) first.getEntity(), StandardCharsets.UTF_8);
        assertThat(problem)
                .isEqualTo("{\"type\":\"/problems/insufficient-funds\",\"title\":\"Insufficient funds\",\"status\":422,"
                        + "\"detail\":\"There is not enough money.\",\"instance\":\"/api/v1/transactions\"}");
        assertThat(first.getHeaderString("Content-Length")).isEqualTo(Integer.toString(problem.length()));
        Response again = resource.create("k", transfer(FakeLedger.TOO_MUCH), ada, URI_INFO);
        assertThat((byte[]) again.getEntity()).isEqualTo((byte[]) first.getEntity());
        assertThat(again.getHeaderString(OutcomeAnswers.REPLAYED)).isEqualTo("true");
    }

    @Test
    void aKeyIsNeeded() {
        for (String key : Arrays.asList(null, "", "k".repeat(256), "ключ", "a\tb", "a\u007f")) {
            assertThat(refused(() -> resource.create(key, transfer(7L), ada, URI_INFO), 400, "Idempotency-Key")
                            .detail())
                    .startsWith("Idempotency-Key: ");
            refused(() -> resource.voidHold("1", key, Optional.empty(), ada, URI_INFO), 400, "Idempotency-Key");
        }
        assertThat(resource.create("k".repeat(255), transfer(7L), ada, URI_INFO).getStatus())
                .isEqualTo(201);
        assertThat(resource.create(" ~", transfer(7L), ada, URI_INFO).getStatus())
                .isEqualTo(201);
    }

    @Test
    void eachFieldIsNeededOrChecked() {
        String a = FakeLedger.ACCOUNT;
        refused(() -> resource.create("k", null, ada, URI_INFO), 400, "body");
        create(new CreateTransaction(null, a, a, 1L, "EUR", null, null, null), "kind");
        create(new CreateTransaction(Kind.HOLD, null, a, 1L, "EUR", null, null, null), "debitAccountId");
        create(new CreateTransaction(Kind.HOLD, a, null, 1L, "EUR", null, null, null), "creditAccountId");
        create(transfer(null), "amount");
        create(transfer(0L), "amount");
        create(transfer(TransactionRequest.AMOUNT_MAX + 1), "amount");
        create(new CreateTransaction(Kind.HOLD, a, a, 1L, null, null, null, null), "currency");
        create(new CreateTransaction(Kind.HOLD, a, a, 1L, "eur", null, null, null), "currency");
        create(new CreateTransaction(Kind.HOLD, a, a, 1L, "EUR", "", null, null), "reference");
        create(
                new CreateTransaction(
                        Kind.HOLD,
                        a,
                        a,
                        1L,
                        "EUR",
                        null,
                        new JsonObject("{\"a\":\"" + "x".repeat(20_000) + "\"}"),
                        null),
                "metadata");
        create(new CreateTransaction(Kind.TRANSFER, a, a, 1L, "EUR", null, null, FakeLedger.NOW), "expiresAt");
        assertThat(ledger.request).isNull();
        resource.create("k", transfer(TransactionRequest.AMOUNT_MAX), ada, URI_INFO);
    }

    private void create(CreateTransaction body, String field) {
        refused(() -> resource.create("k", body, ada, URI_INFO), 400, field);
    }

    @Test
    void aHoldHasAnEnd() {
        Instant end = Instant.parse("2027-01-01T00:00:00Z");
        JsonObject metadata = new JsonObject("{\"a\":1}");
        CreateTransaction hold =
                new CreateTransaction(Kind.HOLD, FakeLedger.ACCOUNT, FakeLedger.OTHER, 1L, "EUR", "r", metadata, end);
        resource.create("k", hold, ada, URI_INFO);
        assertThat(ledger.request)
                .isEqualTo(new Hold(FakeLedger.ACCOUNT, FakeLedger.OTHER, 1, "EUR", "r", "{\"a\":1}", end));
    }

    @Test
    void whatFollowsNamesItsOriginal() {
        Response answer = resource.capture("1", "k1", Optional.of(new AmountBody(5L)), ada, CAPTURE_URI);
        assertThat(ledger.request).isEqualTo(new Capture("1", 5L));
        assertThat(answer.getLocation())
                .isEqualTo(URI.create("https://host/api/v1/transactions/" + FakeLedger.TRANSACTION));
        resource.capture("1", "k2", Optional.empty(), ada, CAPTURE_URI);
        assertThat(ledger.request).isEqualTo(new Capture("1", null));
        resource.voidHold("1", "k3", Optional.of(new NothingBody()), ada, CAPTURE_URI);
        assertThat(ledger.request).isEqualTo(new Voiding("1"));
        resource.reverse("1", "k4", Optional.of(new AmountBody(null)), ada, CAPTURE_URI);
        assertThat(ledger.request).isEqualTo(new Reversal("1", null));
        refused(() -> resource.reverse("1", "k5", Optional.of(new AmountBody(0L)), ada, CAPTURE_URI), 400, "amount");
    }

    @Test
    void aBatchIsAnsweredItemByItem() {
        CreateBatch batch =
                new CreateBatch(BatchMode.INDEPENDENT, List.of(item("k1", 1L), item("k2", FakeLedger.TOO_MUCH)));
        BatchAnswer answer = resource.batch(batch, ada);
        assertThat(ledger.mode).isEqualTo(BatchMode.INDEPENDENT);
        assertThat(answer.results()).extracting(Result::status).containsExactly(201, 422);
        assertThat(answer.results().get(0).body()).isInstanceOf(TransactionBody.class);
        assertThat(((JsonObject) answer.results().get(1).body()).text())
                .contains("/problems/insufficient-funds", "\"instance\":\"/api/v1/transactions\"");
    }

    @Test
    void aMalformedItemRefusesTheBatch() {
        batch(new CreateBatch(null, List.of(item("k", 1L))), "mode");
        batch(new CreateBatch(BatchMode.ATOMIC, null), "items");
        batch(new CreateBatch(BatchMode.ATOMIC, List.of()), "items");
        batch(new CreateBatch(BatchMode.ATOMIC, Collections.nCopies(1_001, item("k", 1L))), "items");
        batch(new CreateBatch(BatchMode.ATOMIC, Arrays.asList(item("k", 1L), null)), "items[1]");
        batch(new CreateBatch(BatchMode.ATOMIC, List.of(item(null, 1L))), "items[0].idempotencyKey");
        batch(new CreateBatch(BatchMode.ATOMIC, List.of(item("é", 1L))), "items[0].idempotencyKey");
        batch(new CreateBatch(BatchMode.ATOMIC, List.of(item("k", 1L), item("l", 0L))), "items[1].amount");
        batch(new CreateBatch(BatchMode.ATOMIC, List.of(item("k", 1L), item("l", null))), "items[1].amount");
        assertThat(ledger.request).isNull();
        refused(() -> resource.batch(null, ada), 400, "body");
        resource.batch(new CreateBatch(BatchMode.ATOMIC, Collections.nCopies(1_000, item("k", 1L))), ada);
    }

    private void batch(CreateBatch batch, String field) {
        assertThat(refused(() -> resource.batch(batch, ada), 400, field).detail())
                .startsWith(field + ": ");
    }

    @Test
    void oneIsFoundOrNot() {
        assertThat(resource.get(FakeLedger.TRANSACTION, ada).metadata()).contains(new JsonObject("{\"a\":1}"));
        refused(() -> resource.get(FakeLedger.OTHER, ada), 404);
    }

    @Test
    void aListIsFiltered() {
        ledger.journal.add(FakeLedger.transaction(null, null));
        ledger.next = Optional.of("x");
        assertThat(resource.list(
                                "a",
                                "u",
                                "reversed",
                                "hold",
                                "r",
                                "2026-01-01T00:00:00Z",
                                "2026-01-01T00:00:00Z",
                                "3",
                                null,
                                ada)
                        .next())
                .isEqualTo("eA");
        assertThat(ledger.filter)
                .isEqualTo(new TransactionFilter(
                        "a",
                        "u",
                        TransactionStatus.REVERSED,
                        TransactionKind.HOLD,
                        "r",
                        Instant.parse("2026-01-01T00:00:00Z"),
                        Instant.parse("2026-01-01T00:00:00Z")));
        resource.list(null, null, null, null, null, null, null, null, null, ada);
        assertThat(ledger.filter).isEqualTo(TransactionFilter.ALL);
        list("status", "done", null, null, null, null);
        list("status", "POSTED", null, null, null, null);
        list("kind", null, "", null, null, null);
        list("from", null, null, "2026", null, null);
        list("to", null, null, null, "0", null);
        list("limit", null, null, null, null, "0");
    }

    private void list(
            String field,
            @Nullable String status,
            @Nullable String kind,
            @Nullable String from,
            @Nullable String to,
            @Nullable String limit) {
        refused(() -> resource.list(null, null, status, kind, null, from, to, limit, null, ada), 400, field);
    }

    /** Monitors see no money, and only an admin may have everything read. */
    @Test
    void rolesAreSaid() {
        for (Class<?> type : List.of(AccountsResource.class, TransactionsResource.class, ExportResource.class)) {
            assertThat(type.getAnnotation(RolesAllowed.class).value())
                    .containsExactlyInAnyOrder("admin", "service", "user");
            for (Method method : type.getDeclaredMethods()) {
                assertThat(method.isAnnotationPresent(RolesAllowed.class)).isFalse();
            }
        }
        assertThat(LedgerResource.class.getAnnotation(RolesAllowed.class).value())
                .containsExactly("admin");
    }
}
