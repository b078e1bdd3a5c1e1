package io.plinth.shell.internal;

import io.plinth.security.Clients;
import io.plinth.security.Clients.Client;
import java.util.List;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.table.ShellTable;
import org.jspecify.annotations.Nullable;

/** {@code plinth:client-list}. */
@Service
@Command(scope = "plinth", name = "client-list", description = "Lists the OAuth clients of the embedded issuer")
@SuppressWarnings("NullAway.Init") // The shell injects what is marked @Reference.
public final class ClientListCommand implements Action {
    @Option(name = "--limit", description = "Clients a page, 1 to 200")
    int limit = 50;

    @Option(name = "--after", description = "Id of the last client of the page before")
    @Nullable
    String after;

    @Reference(optional = true)
    @Nullable
    Clients clients;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() {
        Clients issuer = issuer();
        if (limit < 1 || limit > Clients.LIMIT_MAX) {
            throw new IllegalArgumentException("--limit must be from 1 to " + Clients.LIMIT_MAX);
        }
        List<Client> page = issuer.list(limit, Optional.ofNullable(after));
        ShellTable table = new ShellTable().emptyTableText("No clients.");
        table.column("Client id");
        table.column("Name");
        table.column("Roles");
        table.column("User id");
        table.column("Created");
        for (Client client : page) {
            table.addRow()
                    .addContent(
                            client.clientId(),
                            client.name(),
                            RoleOptions.show(client.roles()),
                            client.userId().orElse(""),
                            client.createdAt());
        }
        table.print(session.getConsole());
        if (page.size() == limit) {
            String last = page.get(page.size() - 1).clientId();
            session.getConsole().println("There may be more: add --after '" + last + "'");
        }
        return null;
    }

    private Clients issuer() {
        Clients found = clients;
        if (found == null) {
            throw new IllegalStateException(
                    "The embedded issuer does not run. It is starting, or PLINTH_ISSUER names an"
                            + " external provider; clients are made there then.");
        }
        return found;
    }
}
