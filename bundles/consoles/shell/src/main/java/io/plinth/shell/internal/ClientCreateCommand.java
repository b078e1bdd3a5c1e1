package io.plinth.shell.internal;

import io.plinth.security.Clients;
import java.util.List;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.jspecify.annotations.Nullable;

/** {@code plinth:client-create}. */
@Service
@Command(scope = "plinth", name = "client-create", description = "Makes an OAuth client and shows its secret, once")
@SuppressWarnings("NullAway.Init") // The shell injects what is marked @Reference and required.
public final class ClientCreateCommand implements Action {
    @Argument(name = "name", required = true, description = "What the client is called, 1 to 100 characters")
    String name;

    @Option(
            name = "--role",
            required = true,
            multiValued = true,
            description = "admin, service, user or monitor; may be given several times")
    @Completion(
            value = StringsCompleter.class,
            values = {"admin", "service", "user", "monitor"})
    List<String> roles;

    @Option(name = "--user", description = "Id of the user as whom the client acts")
    @Nullable
    String userId;

    @Reference(optional = true)
    @Nullable
    Clients clients;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() {
        Clients issuer = issuer();
        Clients.Credentials made = issuer.create(name, RoleOptions.parse(roles), Optional.ofNullable(userId));
        session.getConsole().println("client_id:     " + made.clientId());
        session.getConsole().println("client_secret: " + made.clientSecret());
        session.getConsole().println("Keep the secret: it will not be shown again.");
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
