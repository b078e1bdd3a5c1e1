package io.plinth.shell.internal;

import io.plinth.capability.CapabilityOperations;
import io.plinth.capability.CapabilityOperations.Options;
import io.plinth.capability.CapabilityOperations.Plan;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** {@code plinth:capability-plan}. */
@Service
@Command(
        scope = "plinth",
        name = "capability-plan",
        description = "Says what installing a package would do, and does nothing")
@SuppressWarnings("NullAway.Init") // The shell injects what is marked @Reference and required.
public final class CapabilityPlanCommand implements Action {
    @Argument(name = "file", required = true, description = "Package on this machine, a .jar or .kar")
    String file;

    @Reference
    CapabilityOperations operations;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws IOException {
        Plan plan;
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            plan = operations.plan(in, new Options(CapabilityOperations.Strategy.SWAP, true, null));
        }
        PrintStream console = session.getConsole();
        console.println(plan.capability() + " " + plan.version() + ", now "
                + plan.fromVersion().orElse("not installed"));
        print("install", plan.install());
        print("use as it is", plan.reuse());
        print("stop, once drained", plan.stop());
        print("restart outside the slot (needs --force)", plan.refresh());
        print("change the schema", plan.migrations());
        return null;
    }

    private void print(String what, List<String> items) {
        if (!items.isEmpty()) {
            session.getConsole().println("  " + what + ": " + String.join(", ", items));
        }
    }
}
