package io.plinth.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plinth.transactions.LedgerCheck;
import io.plinth.transactions.LedgerCheck.Violation;
import io.plinth.transactions.LedgerTransaction;
import io.plinth.transactions.TransactionFilter;
import io.plinth.transactions.TransactionKind;
import io.plinth.transactions.TransactionStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Command;
import org.junit.jupiter.api.Test;

class LedgerCommandsTest {
    private final FakeSession session = new FakeSession();
    private final FakeLedger ledger = new FakeLedger();

    @Test
    void listsTransactionsAndSaysHowToGoOn() {
        ledger.journal = List.of(new LedgerTransaction(
                "id-1",
                TransactionKind.HOLD,
                TransactionStatus.PENDING,
                "debit-1",
                "credit-1",
                42,
                "EUR",
                "Rent",
                "{\"secret\":1}",
                null,
                null,
                Instant.EPOCH));
        ledger.next = Optional.of("key");
        list().execute();
        assertThat(session.printed())
                .contains("hold", "pending", "42", "EUR", "debit-1", "credit-1", "Rent", "id-1", "add --after key")
                .doesNotContain("secret");
        assertThat(ledger.initiator.actsForAll()).isTrue();
        assertThat(ledger.filter).isEqualTo(TransactionFilter.ALL);
    }

    @Test
    void filters() {
        TransactionListCommand command = list();
        command.accountId = "a";
        command.userId = "u";
        command.status = "voided";
        command.kind = "void";
        command.reference = "r";
        command.from = "2026-01-01T00:00:00Z";
        command.to = "2026-02-01T00:00:00Z";
        command.limit = 3;
        command.after = "key";
        command.execute();
        assertThat(ledger.filter)
                .isEqualTo(new TransactionFilter(
                        "a",
                        "u",
                        TransactionStatus.VOIDED,
                        TransactionKind.VOID,
                        "r",
                        Instant.parse("2026-01-01T00:00:00Z"),
                        Instant.parse("2026-02-01T00:00:00Z")));
        assertThat(ledger.page.limit()).isEqualTo(3);
        assertThat(ledger.page.after()).contains("key");
        assertThat(session.printed()).contains("No transactions.");
    }

    @Test
    void saysWhichOptionIsWrong() {
        TransactionListCommand status = list();
        status.status = "done";
        assertThatThrownBy(status::execute).hasMessageContaining("'done' for --status");
        TransactionListCommand kind = list();
        kind.kind = "x";
        assertThatThrownBy(kind::execute).hasMessageContaining("'x' for --kind");
        TransactionListCommand from = list();
        from.from = "yesterday";
        assertThatThrownBy(from::execute).hasMessageContaining("--from").hasMessageContaining("yesterday");
    }

    @Test
    void aCheckSaysThatAllIsWell() {
        check().execute();
        assertThat(session.printed()).contains("balanced: 3 accounts, 2 transactions.");
    }

    @Test
    void aCheckFailsForWhatIsWrong() {
        ledger.found = new LedgerCheck(3, 2, List.of(new Violation("sum", "id-9", "expected 7, found 8")));
        assertThatThrownBy(() -> check().execute())
                .hasMessageContaining("NOT balanced")
                .hasMessageContaining("1 violations");
        assertThat(session.printed()).contains("sum", "id-9", "expected 7, found 8");
    }

    @Test
    void commandsLiveInOneScope() {
        for (Class<?> command : List.of(TransactionListCommand.class, LedgerCheckCommand.class)) {
            assertThat(command.getAnnotation(Command.class).scope()).isEqualTo("plinth");
        }
    }

    private TransactionListCommand list() {
        TransactionListCommand command = new TransactionListCommand();
        command.session = session.session();
        command.ledger = ledger;
        return command;
    }

    private LedgerCheckCommand check() {
        LedgerCheckCommand command = new LedgerCheckCommand();
        command.session = session.session();
        command.ledger = ledger;
        return command;
    }
}
