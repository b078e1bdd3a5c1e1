package io.plinth.transactions.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plinth.problem.FieldError;
import io.plinth.problem.ProblemException;
import io.plinth.transactions.Initiator;
import io.plinth.transactions.KeyedRequest;
import io.plinth.transactions.NewAccount;
import io.plinth.transactions.TransactionRequest;
import io.plinth.transactions.TransactionRequest.Capture;
import io.plinth.transactions.TransactionRequest.Hold;
import io.plinth.transactions.TransactionRequest.Reversal;
import io.plinth.transactions.TransactionRequest.Transfer;
import io.plinth.transactions.TransactionRequest.Voiding;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class SmallPartsTest {
    private static final Initiator ANYBODY = new Initiator("c", Optional.empty(), true);
    private static final Initiator USER = new Initiator("c", Optional.of("u-1"), false);
    private static final Instant NEW_YEAR = Instant.parse("2030-01-01T00:00:00Z");

    @Test
    void idsRiseEvenWhenTheClockGoesBack() {
        SettableClock clock = new SettableClock(Instant.parse("2026-03-29T01:30:00.123Z"));
        TimeOrderedIds ids = new TimeOrderedIds(clock);
        UUID before = ids.next();
        assertThat(before.version()).isEqualTo(7);
        assertThat(before.variant()).isEqualTo(2);
        assertThat(before.getMostSignificantBits() >>> 16)
                .isEqualTo(clock.instant().toEpochMilli());
        for (int i = 0; i < 5_000; i++) {
            if (i % 1_000 == 0) {
                clock.advance(Duration.ofMillis(i % 2_000 == 0 ? -5 : 2));
            }
            UUID next = ids.next();
            assertThat(next.toString()).isGreaterThan(before.toString());
            before = next;
        }
    }

    /** Keys of older servers are compared with these for days: what they hash to must never change. */
    @Test
    void whatARequestHashesToNeverChanges() {
        Hold hold = new Hold("a", "b", 5, "EUR", "Miete März", "{\"a\":1}", NEW_YEAR);
        assertThat(RequestHash.of(USER, hold))
                .isEqualTo("0bcfc316acfb617438e22d3d095fbf434c84f9abf3864ddb35280b1a85720c5b");
        assertThat(RequestHash.of(ANYBODY, new Capture("t-1", 5L)))
                .isEqualTo("a34df4982c6428b7d92d8a5a070fde9907440fb857d0ae2d9f150777cbc0a971");
    }

    @Test
    void otherRequestsHashToSomethingElse() {
        List<TransactionRequest> requests = List.of(
                new Transfer("a", "b", 5, "EUR", null, null),
                new Transfer("b", "a", 5, "EUR", null, null),
                new Transfer("a", "b", 6, "EUR", null, null),
                new Transfer("a", "b", 5, "USD", null, null),
                new Transfer("a", "b", 5, "EUR", "r", null),
                new Transfer("a", "b", 5, "EUR", null, "{}"),
                new Hold("a", "b", 5, "EUR", null, null, null),
                new Hold("a", "b", 5, "EUR", null, null, NEW_YEAR),
                new Capture("a", null),
                new Capture("a", 5L),
                new Voiding("a"),
                new Reversal("a", null),
                new Reversal("a", 5L),
                new Reversal("b", 5L));
        Set<String> hashes = new HashSet<>();
        requests.forEach(request -> hashes.add(RequestHash.of(ANYBODY, request)));
        requests.forEach(request -> hashes.add(RequestHash.of(USER, request)));
        assertThat(hashes).hasSize(2 * requests.size());
    }

    @Test
    void illFormedRequestsNameTheirField() {
        malformed(() -> new Transfer("a", "b", 0, "EUR", null, null), "amount");
        malformed(() -> new Transfer("a", "b", TransactionRequest.AMOUNT_MAX + 1, "EUR", null, null), "amount");
        malformed(() -> new Transfer("a", "b", 1, "EURO", null, null), "currency");
        malformed(() -> new Transfer("a", "b", 1, "eur", null, null), "currency");
        malformed(() -> new Transfer("a", "b", 1, "EUR", "", null), "reference");
        malformed(() -> new Transfer("a", "b", 1, "EUR", "x".repeat(256), null), "reference");
        malformed(() -> new Transfer("a", "b", 1, "EUR", "\ud800", null), "reference");
        malformed(() -> new Transfer("a", "b", 1, "EUR", null, "[1]"), "metadata");
        String large = "{\"a\":\"" + "x".repeat(16 << 10) + "\"}";
        malformed(() -> new Transfer("a", "b", 1, "EUR", null, large), "metadata");
        malformed(() -> new Capture("a", -1L), "amount");
        malformed(() -> new Reversal("a", 0L), "amount");
        malformed(() -> new KeyedRequest("", new Voiding("a")), "idempotencyKey");
        malformed(() -> new KeyedRequest("x".repeat(256), new Voiding("a")), "idempotencyKey");
        malformed(() -> new KeyedRequest("ä", new Voiding("a")), "idempotencyKey");
        malformed(() -> new NewAccount("1", null, "EUR", null, 0L), "id");
        malformed(() -> new NewAccount("01900000-0000-4000-8000-000000000000", null, "EUR", null, 0L), "id");
        malformed(() -> new NewAccount(null, null, "EUR", " ", 0L), "name");
        malformed(() -> new NewAccount(null, null, "EUR", null, -1L), "overdraftLimit");
        assertThat(new KeyedRequest("~ !".repeat(85), new Voiding("a")).key()).hasSize(255);
        assertThat(new Hold("a", "b", 1, "EUR", "x".repeat(255), null, NEW_YEAR.plusNanos(1_999)).expiresAt())
                .isEqualTo(NEW_YEAR.plusNanos(1_000));
    }

    @Test
    void whatIsPrivateIsInNoText() {
        assertThat(new Transfer("a", "b", 1, "EUR", "secret-r", "{\"m\":1}").toString())
                .doesNotContain("secret-r", "\"m\"");
        assertThat(new Hold("a", "b", 1, "EUR", "secret-r", "{\"m\":1}", null).toString())
                .doesNotContain("secret-r", "\"m\"");
        assertThat(new NewAccount(null, null, "EUR", "secret-n", 0L).toString()).doesNotContain("secret-n");
    }

    private static void malformed(ThrowingCallable call, String field) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ProblemException.class, problem -> {
            assertThat(problem.type().status()).isEqualTo(400);
            assertThat(problem.errors()).extracting(FieldError::field).containsExactly(field);
        });
    }
}
