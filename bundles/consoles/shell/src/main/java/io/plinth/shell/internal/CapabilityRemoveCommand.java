package io.plinth.shell.internal;

import io.plinth.capability.CapabilityOperations;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** {@code plinth:capability-remove}. */
@Service
@Command(
        scope = "plinth",
        name = "capability-remove",
        description = "Removes a capability; what it has in flight finishes")
@SuppressWarnings("NullAway.Init") // The shell injects what is marked @Reference and required.
public final class CapabilityRemoveCommand implements Action {
    @Argument(name = "name", required = true, description = "Name of the capability")
    String name;

    @Option(name = "--force", description = "Does it although other capabilities use its services")
    boolean isForced;

    @Reference
    CapabilityOperations operations;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws InterruptedException {
        new OperationProgress(operations, session.getConsole()).follow(operations.remove(name, isForced, "shell"));
        return null;
    }
}
