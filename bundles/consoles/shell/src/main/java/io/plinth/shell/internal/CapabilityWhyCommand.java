package io.plinth.shell.internal;

import io.plinth.capability.CapabilityOperations;
import io.plinth.capability.CapabilityOperations.Explanation;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** {@code plinth:capability-why}. */
@Service
@Command(
        scope = "plinth",
        name = "capability-why",
        description = "Says why a capability does not serve, or what its last operation failed of")
@SuppressWarnings("NullAway.Init") // The shell injects what is marked @Reference and required.
public final class CapabilityWhyCommand implements Action {
    @Argument(name = "name", required = true, description = "Name of the capability")
    String name;

    @Reference
    CapabilityOperations operations;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() {
        Explanation why = operations.why(name);
        session.getConsole().println(why.line());
        why.details().forEach(line -> session.getConsole().println("  " + line));
        return null;
    }
}
