package io.plinth.shell.internal;

import io.plinth.transactions.Initiator;
import io.plinth.transactions.Ledger;
import io.plinth.transactions.LedgerPage;
import io.plinth.transactions.LedgerTransaction;
import io.plinth.transactions.PageKey;
import io.plinth.transactions.TransactionFilter;
import io.plinth.transactions.TransactionKind;
import io.plinth.transactions.TransactionStatus;
import java.io.PrintStream;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.apache.karaf.shell.support.table.ShellTable;
import org.jspecify.annotations.Nullable;

/** {@code plinth:transaction-list}. */
@Service
@Command(scope = "plinth", name = "transaction-list", description = "Lists transactions, newest first")
@SuppressWarnings("NullAway.Init") // The shell injects what is marked @Reference.
public final class TransactionListCommand implements Action {
    /** Who is at the console may see everything. */
    private static final Initiator CONSOLE = new Initiator("plinth-shell", Optional.empty(), true);

    @Option(name = "--account", description = "Id of an account that is debited or credited")
    @Nullable
    String accountId;

    @Option(name = "--user", description = "Id of the user who owns the debited or the credited account")
    @Nullable
    String userId;

    @Option(name = "--status", description = "posted, pending, captured, voided, expired or reversed")
    @Completion(
            value = StringsCompleter.class,
            values = {"posted", "pending", "captured", "voided", "expired", "reversed"})
    @Nullable
    String status;

    @Option(name = "--kind", description = "transfer, hold, capture, void, reversal or expiry")
    @Completion(
            value = StringsCompleter.class,
            values = {"transfer", "hold", "capture", "void", "reversal", "expiry"})
    @Nullable
    String kind;

    @Option(name = "--reference", description = "The whole reference, in the same case")
    @Nullable
    String reference;

    @Option(name = "--from", description = "First time, such as 2026-01-31T12:00:00Z")
    @Nullable
    String from;

    @Option(name = "--to", description = "Time before which it ends, such as 2026-01-31T12:00:00Z")
    @Nullable
    String to;

    @Option(name = "--limit", description = "Transactions a page, 1 to 200")
    int limit = 50;

    @Option(name = "--after", description = "What the page before said")
    @Nullable
    String after;

    @Reference
    Ledger ledger;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() {
        LedgerPage<LedgerTransaction> page =
                ledger.transactions(CONSOLE, filter(), new PageKey(limit, Optional.ofNullable(after)));
        PrintStream console = session.getConsole();
        ShellTable table = new ShellTable().emptyTableText("No transactions.");
        table.column("Made");
        table.column("Kind");
        table.column("Status");
        table.column("Amount").alignRight();
        table.column("Currency");
        table.column("Debit account");
        table.column("Credit account");
        table.column("Reference");
        table.column("Id");
        for (LedgerTransaction transaction : page.items()) {
            table.addRow()
                    .addContent(
                            transaction.createdAt(),
                            transaction.kind().kindName(),
                            transaction.status().statusName(),
                            transaction.amount(),
                            transaction.currency(),
                            transaction.debitAccountId(),
                            transaction.creditAccountId(),
                            transaction.reference() == null ? "" : transaction.reference(),
                            transaction.id());
        }
        table.print(console);
        page.next().ifPresent(next -> console.println("There are more: add --after " + next));
        return null;
    }

    private TransactionFilter filter() {
        return new TransactionFilter(
                accountId,
                userId,
                status == null ? null : TransactionStatus.of(status).orElseThrow(() -> unknown("--status", status)),
                kind == null ? null : TransactionKind.of(kind).orElseThrow(() -> unknown("--kind", kind)),
                reference,
                time("--from", from),
                time("--to", to));
    }

    private static @Nullable Instant time(String option, @Nullable String text) {
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeParseException noTime) {
            throw new IllegalArgumentException(option + " is no time such as 2026-01-31T12:00:00Z: " + text, noTime);
        }
    }

    private static IllegalArgumentException unknown(String option, @Nullable String given) {
        return new IllegalArgumentException(
                "There is no '" + given + "' for " + option + "; plinth:transaction-list --help names what there is.");
    }
}
