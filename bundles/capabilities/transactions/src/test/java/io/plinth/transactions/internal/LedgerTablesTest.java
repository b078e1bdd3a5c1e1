package io.plinth.transactions.internal;

import static io.plinth.transactions.internal.LedgerFixture.ANNA;
import static io.plinth.transactions.internal.LedgerFixture.AS_ANNA;
import static io.plinth.transactions.internal.LedgerFixture.AS_BERT;
import static io.plinth.transactions.internal.LedgerFixture.BERT;
import static io.plinth.transactions.internal.LedgerFixture.CLOSED_USER;
import static io.plinth.transactions.internal.LedgerFixture.SERVICE;
import static io.plinth.transactions.internal.LedgerFixture.hold;
import static io.plinth.transactions.internal.LedgerFixture.transfer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plinth.problem.FieldError;
import io.plinth.problem.ProblemException;
import io.plinth.transactions.Account;
import io.plinth.transactions.Balance;
import io.plinth.transactions.LedgerTransaction;
import io.plinth.transactions.PageKey;
import io.plinth.transactions.TransactionFilter;
import io.plinth.transactions.TransactionKind;
import io.plinth.transactions.TransactionRequest.Capture;
import io.plinth.transactions.TransactionRequest.Reversal;
import io.plinth.transactions.TransactionRequest.Transfer;
import io.plinth.transactions.TransactionRequest.Voiding;
import io.plinth.transactions.TransactionStatus;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What the ledger shows, and what its tables refuse. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "the tests' archive is for Linux on amd64")
class LedgerTablesTest {
    private static final PageKey FIRST = new PageKey(200, Optional.empty());

    private static LedgerFixture fixture;
    private static JdbcLedger ledger;

    @BeforeAll
    static void start() throws Exception {
        fixture = new LedgerFixture();
        ledger = fixture.ledger;
    }

    @AfterAll
    static void stop() throws Exception {
        if (fixture != null) {
            fixture.close();
        }
    }

    @Test
    void listsAreFiltered() {
        Account debit = fixture.openWith(ANNA, 100);
        Account credit = fixture.open(BERT, 0L);
        fixture.clock.advance(Duration.ofSeconds(1));
        Instant start = fixture.clock.instant().truncatedTo(ChronoUnit.MICROS);
        LedgerTransaction moved =
                fixture.done(SERVICE, new Transfer(debit.id(), credit.id(), 1, "EUR", "unique-reference", null));
        LedgerTransaction held = fixture.done(SERVICE, hold(debit.id(), credit.id(), 1, null));
        LedgerTransaction voided = fixture.done(SERVICE, hold(debit.id(), credit.id(), 1, null));
        LedgerTransaction voiding = fixture.done(SERVICE, new Voiding(voided.id()));
        LedgerTransaction captured = fixture.done(SERVICE, hold(debit.id(), credit.id(), 1, null));
        LedgerTransaction capture = fixture.done(SERVICE, new Capture(captured.id(), null));
        LedgerTransaction reversal = fixture.done(SERVICE, new Reversal(capture.id(), null));
        fixture.clock.advance(Duration.ofSeconds(1));
        fixture.done(SERVICE, transfer(debit.id(), credit.id(), 1));

        assertThat(ids(filter(debit.id(), TransactionStatus.PENDING, null))).containsExactly(held.id());
        assertThat(ids(filter(debit.id(), TransactionStatus.VOIDED, null))).containsExactly(voided.id());
        assertThat(ids(filter(debit.id(), TransactionStatus.CAPTURED, null))).containsExactly(captured.id());
        assertThat(ids(filter(credit.id(), TransactionStatus.REVERSED, null))).containsExactly(capture.id());
        assertThat(ids(filter(credit.id(), null, TransactionKind.REVERSAL))).containsExactly(reversal.id());
        assertThat(ids(filter(debit.id(), TransactionStatus.POSTED, null)))
                .as("with the first payment in and the last one out")
                .hasSize(5)
                .contains(moved.id(), voiding.id(), reversal.id());
        assertThat(ids(filter(debit.id(), TransactionStatus.EXPIRED, null))).isEmpty();
        TransactionFilter range =
                new TransactionFilter(debit.id(), null, null, null, null, start, start.plusSeconds(1));
        assertThat(ids(range))
                .containsExactly(
                        reversal.id(), capture.id(), captured.id(), voiding.id(), voided.id(), held.id(), moved.id());
        assertThat(ids(new TransactionFilter(null, null, null, null, "unique-reference", null, null)))
                .containsExactly(moved.id());
        assertThat(ids(new TransactionFilter(null, BERT, null, null, "unique-reference", null, null)))
                .containsExactly(moved.id());
        assertThat(ids(new TransactionFilter(credit.id(), ANNA, TransactionStatus.PENDING, null, null, null, null)))
                .containsExactly(held.id());
        assertThat(ids(filter("nothing", null, null))).isEmpty();
        assertThat(ids(new TransactionFilter(null, CLOSED_USER, null, null, null, null, null)))
                .isEmpty();
        assertThat(ledger.transactions(AS_BERT, filter(debit.id(), null, null), FIRST)
                        .items())
                .as("an account of somebody else")
                .isEmpty();
        assertThat(ledger.transactions(AS_ANNA, new TransactionFilter(null, BERT, null, null, null, null, null), FIRST)
                        .items())
                .isEmpty();
        assertThat(ledger.transactions(AS_BERT, TransactionFilter.ALL, FIRST).items())
                .extracting(LedgerTransaction::id)
                .contains(moved.id(), held.id());
        refused(
                () -> ledger.transactions(SERVICE, TransactionFilter.ALL, new PageKey(1, Optional.of("x"))),
                "invalid-request",
                400,
                "cursor");
    }

    @Test
    void aBalanceIsKnownForAnyTime() {
        Account debit = fixture.openWith(ANNA, 100);
        Account credit = fixture.open(BERT, 0L);
        Instant before = fixture.clock.instant();
        fixture.clock.advance(Duration.ofSeconds(10));
        LedgerTransaction hold = fixture.done(SERVICE, hold(debit.id(), credit.id(), 40, null));
        Instant held = fixture.clock.instant();
        fixture.clock.advance(Duration.ofSeconds(10));
        fixture.done(SERVICE, new Capture(hold.id(), 30L));
        Instant captured = fixture.clock.instant();
        assertThat(at(debit, before)).isEqualTo(new Balance(100, 0, 100L));
        assertThat(at(debit, held)).isEqualTo(new Balance(100, 40, 60L));
        assertThat(at(debit, captured.minusSeconds(1))).isEqualTo(new Balance(100, 40, 60L));
        assertThat(at(debit, captured)).isEqualTo(new Balance(70, 0, 70L));
        assertThat(ledger.findAccount(SERVICE, debit.id(), before.minusSeconds(1)))
                .isEmpty();
    }

    @Test
    void theDatabaseItselfRefusesWhatMustNeverBe() throws SQLException {
        Account debit = fixture.openWith(ANNA, 100);
        Account credit = fixture.open(BERT, 0L);
        LedgerTransaction hold = fixture.done(SERVICE, hold(debit.id(), credit.id(), 10, null));
        fixture.done(SERVICE, new Capture(hold.id(), null));
        String debitId = literal(debit.id());
        databaseRefuses("UPDATE transactions SET amount = 1", "never changed");
        databaseRefuses("DELETE FROM transactions", "never deleted");
        databaseRefuses("UPDATE entries SET amount = 1", "never changed");
        databaseRefuses("DELETE FROM entries", "never deleted");
        databaseRefuses("UPDATE accounts SET posted_debits = 101 WHERE id = " + debitId, "accounts_overdraft");
        databaseRefuses("UPDATE accounts SET pending_debits = 91 WHERE id = " + debitId, "accounts_overdraft");
        databaseRefuses("UPDATE accounts SET pending_debits = -1 WHERE id = " + debitId, "accounts_sums");
        databaseRefuses("UPDATE accounts SET status = 'closed' WHERE id = " + debitId, "accounts_closed");
        String copied = "INSERT INTO transactions (id, kind, debit_account_id, credit_account_id, debit_owner_id,"
                + " credit_owner_id, amount, currency, related_to, created_at_micros) SELECT UUID_v4_bytes, 'void',"
                + " debit_account_id, credit_account_id, debit_owner_id, credit_owner_id, amount, currency, id, 1"
                + " FROM transactions, (SELECT UNHEX(REPLACE(UUID(), '-', '')) AS UUID_v4_bytes) AS made WHERE id = "
                + literal(hold.id());
        databaseRefuses(copied, "transactions_resolves");
        databaseRefuses(
                copied.replace("'void'", "'transfer'").replace("currency, id, 1", "'USD', NULL, 1"),
                "transactions_of_debit_account");
        databaseRefuses(
                "INSERT INTO entries SELECT account_id, 1, transaction_id, 'debit', 1, 1, 1 FROM entries"
                        + " WHERE account_id = " + debitId,
                "Duplicate entry");
        databaseRefuses("INSERT INTO reversed_sums VALUES (" + literal(hold.id()) + ", 10, 11)", "reversed_sums_bound");
    }

    private static String literal(String id) {
        return "X'" + id.replace("-", "") + "'";
    }

    private static void databaseRefuses(String sql, String reason) {
        assertThatThrownBy(() -> fixture.database.execute(sql)).as(sql).hasMessageContaining(reason);
    }

    private static Balance at(Account account, Instant time) {
        return ledger.findAccount(SERVICE, account.id(), time).orElseThrow().balance();
    }

    private static TransactionFilter filter(
            String accountId, @Nullable TransactionStatus status, @Nullable TransactionKind kind) {
        return new TransactionFilter(accountId, null, status, kind, null, null, null);
    }

    private static List<LedgerTransaction> list(TransactionFilter filter) {
        return ledger.transactions(SERVICE, filter, FIRST).items();
    }

    private static List<String> ids(TransactionFilter filter) {
        return list(filter).stream().map(LedgerTransaction::id).toList();
    }

    private static void refused(ThrowingCallable call, String problem, int status, String... fields) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ProblemException.class, refusal -> {
            assertThat(refusal.type().name()).isEqualTo(problem);
            assertThat(refusal.type().status()).isEqualTo(status);
            assertThat(refusal.errors()).extracting(FieldError::field).containsExactly(fields);
            assertThat(refusal.retryAfter() != null).isEqualTo(status == 503);
        });
    }
}
