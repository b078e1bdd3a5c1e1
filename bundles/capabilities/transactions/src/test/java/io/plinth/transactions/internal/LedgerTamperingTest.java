package io.plinth.transactions.internal;

import static io.plinth.transactions.internal.LedgerFixture.ANNA;
import static io.plinth.transactions.internal.LedgerFixture.BERT;
import static io.plinth.transactions.internal.LedgerFixture.SERVICE;
import static io.plinth.transactions.internal.LedgerFixture.hold;
import static io.plinth.transactions.internal.LedgerFixture.transfer;
import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.transactions.Account;
import io.plinth.transactions.LedgerCheck;
import io.plinth.transactions.LedgerCheck.Violation;
import io.plinth.transactions.LedgerTransaction;
import io.plinth.transactions.TransactionRequest.Capture;
import io.plinth.transactions.TransactionRequest.Reversal;
import io.plinth.transactions.TransactionRequest.Transfer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Somebody who may do everything in the database changes the past; the check names what and where. Where sums and balances were
 * changed along with it, only the seals tell, as the control shows each time: without seals nothing is found.
 */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "the tests' archive is for Linux on amd64")
class LedgerTamperingTest {
    private static final int TRANSFERS = 8;
    private static final long AMOUNT = 100;
    private static LedgerFixture fixture;

    private Account from;
    private Account to;
    private List<LedgerTransaction> transfers;

    @BeforeAll
    static void start() throws Exception {
        fixture = new LedgerFixture();
        for (String table : List.of("transactions", "entries", "seals")) {
            fixture.database.execute("DROP TRIGGER " + table + "_never_change");
            fixture.database.execute("DROP TRIGGER " + table + "_never_go");
        }
    }

    @AfterAll
    static void stop() throws Exception {
        if (fixture != null) {
            fixture.close();
        }
    }

    @BeforeEach
    void moveMoney() {
        from = fixture.open(ANNA, null);
        to = fixture.open(BERT, 0L);
        transfers = new ArrayList<>();
        for (int i = 0; i < TRANSFERS; i++) {
            transfers.add(fixture.done(SERVICE, transfer(from.id(), to.id(), AMOUNT)));
            if (i == TRANSFERS / 2) {
                // So that the chain goes over more than one seal.
                fixture.ledger.audit().sealNow();
            }
        }
        fixture.ledger.audit().sealNow();
        assertThat(fixture.ledger.check().violations()).isEmpty();
    }

    @AfterEach
    void forget() throws Exception {
        tamper(
                "DELETE FROM seals",
                "DELETE FROM idempotency_keys",
                "DELETE FROM open_holds",
                "DELETE FROM reversed_sums",
                "DELETE FROM entries",
                "DELETE FROM transactions",
                "DELETE FROM accounts");
    }

    @Test
    void anAmountInBothEntriesAndAllSums() throws Exception {
        String changed = id(transfers.get(3));
        tamper(
                "UPDATE transactions SET amount = 1100 WHERE id = " + changed,
                "UPDATE entries SET amount = 1100 WHERE transaction_id = " + changed,
                "UPDATE entries SET balance_after = balance_after - 1000 WHERE sequence >= 4 AND account_id = "
                        + id(from),
                "UPDATE entries SET balance_after = balance_after + 1000 WHERE sequence >= 4 AND account_id = "
                        + id(to),
                "UPDATE accounts SET posted_debits = posted_debits + 1000 WHERE id = " + id(from),
                "UPDATE accounts SET posted_credits = posted_credits + 1000 WHERE id = " + id(to));
        assertOnlySealsTell("entry 4 is not as it was sealed", "entry 4 is not as it was sealed");
    }

    @Test
    void aReferenceOfATransaction() throws Exception {
        tamper("UPDATE transactions SET reference = 'rent' WHERE id = " + id(transfers.get(6)));
        assertOnlySealsTell("entry 7 is not", "entry 7 is not");
    }

    @Test
    void aTimeOfAnEntry() throws Exception {
        tamper("UPDATE entries SET at_micros = at_micros + 1 WHERE sequence = 2 AND account_id = " + id(to));
        assertOnlySealsTell("entry 2 is not");
    }

    @Test
    void aTransactionThatGoesFromTheMiddle() throws Exception {
        String gone = id(transfers.get(3));
        tamper(
                "DELETE FROM idempotency_keys WHERE transaction_id = " + gone,
                "DELETE FROM entries WHERE transaction_id = " + gone,
                "DELETE FROM transactions WHERE id = " + gone,
                "UPDATE entries SET sequence = sequence - 1, balance_after = balance_after + 100"
                        + " WHERE sequence > 4 AND account_id = " + id(from) + " ORDER BY sequence",
                "UPDATE entries SET sequence = sequence - 1, balance_after = balance_after - 100"
                        + " WHERE sequence > 4 AND account_id = " + id(to) + " ORDER BY sequence",
                "UPDATE accounts SET last_sequence = 7, posted_debits = posted_debits - 100 WHERE id = " + id(from),
                "UPDATE accounts SET last_sequence = 7, posted_credits = posted_credits - 100 WHERE id = " + id(to));
        assertOnlySealsTell("entry 4 is not", "entry 4 is not");
    }

    @Test
    void aTransactionThatGoesFromTheEnd() throws Exception {
        String gone = id(transfers.get(7));
        tamper(
                "DELETE FROM idempotency_keys WHERE transaction_id = " + gone,
                "DELETE FROM entries WHERE transaction_id = " + gone,
                "DELETE FROM transactions WHERE id = " + gone,
                "UPDATE accounts SET last_sequence = 7, posted_debits = posted_debits - 100 WHERE id = " + id(from),
                "UPDATE accounts SET last_sequence = 7, posted_credits = posted_credits - 100 WHERE id = " + id(to));
        assertOnlySealsTell("entry 8 was sealed and is gone", "entry 8 was sealed and is gone");
    }

    @Test
    void aTransactionThatIsPutIn() throws Exception {
        String made = "UNHEX('0190000000007000800000000000ffff')";
        String copied = " FROM transactions WHERE id = " + id(transfers.get(0));
        tamper(
                "UPDATE entries SET sequence = sequence + 1, balance_after = balance_after - 100"
                        + " WHERE sequence >= 3 AND account_id = " + id(from) + " ORDER BY sequence DESC",
                "UPDATE entries SET sequence = sequence + 1, balance_after = balance_after + 100"
                        + " WHERE sequence >= 3 AND account_id = " + id(to) + " ORDER BY sequence DESC",
                "INSERT INTO transactions (id, kind, debit_account_id, credit_account_id, debit_owner_id, credit_owner_id,"
                        + " amount, currency, created_at_micros) SELECT " + made + ", kind, debit_account_id,"
                        + " credit_account_id, debit_owner_id, credit_owner_id, amount, currency, created_at_micros"
                        + copied,
                "INSERT INTO entries SELECT debit_account_id, 3, " + made + ", 'debit', 100, -300, created_at_micros"
                        + copied,
                "INSERT INTO entries SELECT credit_account_id, 3, " + made + ", 'credit', 100, 300, created_at_micros"
                        + copied,
                "UPDATE accounts SET last_sequence = 9, posted_debits = posted_debits + 100 WHERE id = " + id(from),
                "UPDATE accounts SET last_sequence = 9, posted_credits = posted_credits + 100 WHERE id = " + id(to));
        assertOnlySealsTell("entry 3 is not", "entry 3 is not");
    }

    @Test
    void aSealThatGoes() throws Exception {
        tamper("DELETE FROM seals WHERE after_sequence = 0 AND account_id = " + id(to));
        assertOnlySealsTell("the seal after entry 0 is missing");
    }

    @Test
    void aSealThatIsChanged() throws Exception {
        tamper("UPDATE seals SET seal = REPEAT('x', 32) WHERE after_sequence = 0 AND account_id = " + id(to));
        assertOnlySealsTell("entry 5 is not");
    }

    @Test
    void sealsOfAnotherKey() throws Exception {
        LedgerChecker stranger =
                new LedgerChecker(fixture.database.transactions(), "another".getBytes(StandardCharsets.UTF_8));
        assertThat(stranger.check().violations()).extracting(Violation::rule).containsOnly("entry-seal");
    }

    @Test
    void sumsAndNumbersWithoutSeals() throws Exception {
        LedgerTransaction held = fixture.done(SERVICE, hold(from.id(), to.id(), 7, null));
        LedgerTransaction captured = fixture.done(
                SERVICE,
                new Capture(
                        fixture.done(SERVICE, hold(from.id(), to.id(), 7, null)).id(), null));
        fixture.done(SERVICE, new Reversal(captured.id(), 3L));
        tamper("DELETE FROM seals");
        assertThat(rules()).isEmpty();

        assertRules(
                "UPDATE accounts SET posted_debits = posted_debits + 1", "WHERE id = " + id(from), "account-debits");
        assertRules(
                "UPDATE accounts SET posted_credits = posted_credits + 1", "WHERE id = " + id(to), "account-credits");
        assertRules(
                "UPDATE accounts SET last_sequence = last_sequence + 1", "WHERE id = " + id(to), "account-sequence");
        assertRules(
                "UPDATE accounts SET pending_debits = pending_debits + 1",
                "WHERE id = " + id(from),
                "account-pending-debits");
        assertRules(
                "UPDATE accounts SET pending_credits = pending_credits + 1",
                "WHERE id = " + id(to),
                "account-pending-credits");
        assertRules(
                "UPDATE entries SET balance_after = balance_after + 1",
                "WHERE sequence = 2 AND account_id = " + id(to),
                "entry-balance");
        assertRules(
                "UPDATE transactions SET amount = amount + 1",
                "WHERE id = " + id(transfers.get(1)),
                "entry-transaction",
                "entry-transaction");
        assertRules(
                "UPDATE open_holds SET amount = amount + 1",
                "WHERE hold_id = " + id(held),
                "account-pending-debits",
                "account-pending-credits",
                "open-hold-amount");
        assertRules(
                "UPDATE reversed_sums SET reversed_amount = reversed_amount + 1",
                "WHERE transaction_id = " + id(captured),
                "reversed-sum");
        tamper("DELETE FROM entries WHERE sequence = 3 AND account_id = " + id(to));
        assertThat(rules())
                .containsExactlyInAnyOrder(
                        "statement-gapless",
                        "entry-balance",
                        "account-credits",
                        "account-sequence",
                        "transaction-entries");
        tamper("DELETE FROM open_holds WHERE hold_id = " + id(held));
        assertThat(rules()).contains("hold-open-or-resolved");
    }

    @Test
    void moreThanAreNamedAreCounted() throws Exception {
        for (int i = 0; i < LedgerCheck.VIOLATIONS_MAX + 2; i++) {
            fixture.open(ANNA, null);
        }
        tamper("DELETE FROM seals", "UPDATE accounts SET last_sequence = last_sequence + 1");
        LedgerCheck found = fixture.ledger.check();
        assertThat(found.violations()).hasSize(LedgerCheck.VIOLATIONS_MAX);
        assertThat(found.violationCount()).isEqualTo(LedgerCheck.VIOLATIONS_MAX + 4);
        assertThat(found.isBalanced()).isFalse();
    }

    @Test
    void theBackgroundSeesItToo() throws Exception {
        fixture.ledger.audit().checkNow();
        assertThat(fixture.ledger.audit().violationCount()).isZero();
        tamper("UPDATE transactions SET reference = 'rent' WHERE id = " + id(transfers.get(6)));
        fixture.ledger.audit().checkNow();
        assertThat(fixture.ledger.audit().violationCount()).isEqualTo(2);
        tamper("UPDATE transactions SET reference = NULL WHERE id = " + id(transfers.get(6)));
        fixture.ledger.audit().checkNow();
        assertThat(fixture.ledger.audit().violationCount()).isZero();
    }

    @Test
    void sealingWaitsForNoAccount() throws Exception {
        fixture.done(SERVICE, new Transfer(from.id(), to.id(), 1, "EUR", "waits", null));
        try (Connection busy = fixture.database.connect();
                Statement statement = busy.createStatement()) {
            busy.setAutoCommit(false);
            statement.execute("SELECT id FROM accounts FOR UPDATE");
            fixture.ledger.audit().sealNow();
            busy.rollback();
        }
        assertThat(sealedEntries()).isEqualTo(2 * (TRANSFERS + 1));
    }

    @Test
    void twoServersMakeOneChain() throws Exception {
        JdbcLedger other = fixture.start(fixture.clock, 1);
        try {
            for (int round = 0; round < 10; round++) {
                fixture.done(SERVICE, transfer(from.id(), to.id(), 1));
                CompletableFuture<Void> there =
                        CompletableFuture.runAsync(() -> other.audit().sealNow());
                fixture.done(SERVICE, transfer(from.id(), to.id(), 1));
                fixture.ledger.audit().sealNow();
                there.join();
            }
            fixture.ledger.audit().sealNow();
            assertThat(sealedEntries()).isEqualTo(2 * (TRANSFERS + 20));
            assertThat(rules()).isEmpty();
        } finally {
            other.stop();
        }
    }

    @Test
    void pagesAreNoLimits() throws Exception {
        int many = 2 * SealTable.ENTRIES_MAX + 3;
        List<CompletableFuture<Void>> running = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
            running.add(CompletableFuture.runAsync(() -> {
                for (int i = 0; i < many / 4; i++) {
                    fixture.done(SERVICE, transfer(from.id(), to.id(), 1));
                }
            }));
        }
        running.forEach(CompletableFuture::join);
        for (int i = 0; i < 120; i++) {
            fixture.open(ANNA, 0L);
        }
        fixture.ledger.audit().sealNow();
        LedgerCheck found = fixture.ledger.check();
        assertThat(found.violations()).isEmpty();
        assertThat(found.accounts()).isEqualTo(122);
        assertThat(found.transactions()).isEqualTo(TRANSFERS + 8 * (many / 4));
        assertThat(sealedEntries()).isEqualTo(2 * found.transactions());
    }

    private void assertOnlySealsTell(String... details) throws Exception {
        List<Violation> found = fixture.ledger.check().violations();
        assertThat(found).hasSize(details.length);
        for (int i = 0; i < details.length; i++) {
            assertThat(found.get(i).detail()).startsWith(details[i]);
            assertThat(found.get(i).rule()).isIn("entry-seal", "seal-chain");
        }
        tamper("DELETE FROM seals");
        assertThat(rules()).as("the control: without seals").isEmpty();
    }

    /** Changes something, looks, and changes it back. */
    private void assertRules(String update, String where, String... rules) throws Exception {
        tamper(update + " " + where);
        assertThat(rules()).containsExactlyInAnyOrder(rules);
        tamper(update.replace(" + 1", " - 1") + " " + where);
        assertThat(rules()).isEmpty();
    }

    private static List<String> rules() {
        return fixture.ledger.check().violations().stream().map(Violation::rule).toList();
    }

    private static long sealedEntries() throws SQLException {
        return Long.parseLong(fixture.database
                .query("SELECT COALESCE(SUM(up_to_sequence - after_sequence), 0) FROM seals")
                .get(0));
    }

    private static void tamper(String... statements) throws SQLException {
        try (Connection connection = fixture.database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION foreign_key_checks = 0, check_constraint_checks = 0");
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static String id(Account account) {
        return "UNHEX('" + account.id().replace("-", "") + "')";
    }

    private static String id(LedgerTransaction transaction) {
        return "UNHEX('" + transaction.id().replace("-", "") + "')";
    }
}
