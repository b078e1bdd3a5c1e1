package io.plinth.shell.internal;

import io.plinth.capability.CapabilityOperations;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** {@code plinth:capability-rollback}. */
@Service
@Command(scope = "plinth", name = "capability-rollback", description = "Goes back to the version before")
@SuppressWarnings("NullAway.Init") // The shell injects what is marked @Reference and required.
public final class CapabilityRollbackCommand implements Action {
    @Argument(name = "name", required = true, description = "Name of the capability")
    String name;

    @Reference
    CapabilityOperations operations;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws InterruptedException {
        new OperationProgress(operations, session.getConsole()).follow(operations.rollback(name, "shell"));
        return null;
    }
}
