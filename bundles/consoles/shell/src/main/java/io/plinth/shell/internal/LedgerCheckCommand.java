package io.plinth.shell.internal;

import io.plinth.transactions.Ledger;
import io.plinth.transactions.LedgerCheck;
import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.table.ShellTable;
import org.jspecify.annotations.Nullable;

/** {@code plinth:ledger-check}. */
@Service
@Command(
        scope = "plinth",
        name = "ledger-check",
        description = "Recomputes all balances from the journal; may take a minute for ten million rows")
@SuppressWarnings("NullAway.Init") // The shell injects what is marked @Reference.
public final class LedgerCheckCommand implements Action {
    @Reference
    Ledger ledger;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() {
        LedgerCheck found = ledger.check();
        PrintStream console = session.getConsole();
        String counted = found.accounts() + " accounts, " + found.transactions() + " transactions";
        if (found.isBalanced()) {
            console.println("The ledger is balanced: " + counted + ".");
            return null;
        }
        ShellTable table = new ShellTable();
        table.column("Rule");
        table.column("Id");
        table.column("What is wrong");
        found.violations()
                .forEach(violation -> table.addRow().addContent(violation.rule(), violation.id(), violation.detail()));
        table.print(console);
        // A failing command, so that a script notices too.
        throw new IllegalStateException("The ledger is NOT balanced: "
                + found.violationCount() + " violations in "
                + counted + ". Take no money out, keep a copy of the database, and see docs/ledger.md.");
    }
}
