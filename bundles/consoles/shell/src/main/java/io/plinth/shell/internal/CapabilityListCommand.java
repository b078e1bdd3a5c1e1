package io.plinth.shell.internal;

import io.plinth.capability.Capabilities;
import io.plinth.capability.Capabilities.CapabilityVersion;
import java.util.Locale;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.table.ShellTable;
import org.jspecify.annotations.Nullable;

/** {@code plinth:capability-list}. */
@Service
@Command(scope = "plinth", name = "capability-list", description = "Lists the capabilities and their versions")
@SuppressWarnings("NullAway.Init") // The shell injects what is marked @Reference.
public final class CapabilityListCommand implements Action {
    @Reference
    Capabilities capabilities;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() {
        ShellTable table = new ShellTable().emptyTableText("No capabilities.");
        table.column("Name");
        table.column("Version");
        table.column("State");
        table.column("Bundle").alignRight();
        table.column("Reason");
        for (CapabilityVersion version : capabilities.versions()) {
            table.addRow()
                    .addContent(
                            version.name(),
                            version.version(),
                            version.state().name().toLowerCase(Locale.ROOT),
                            version.bundleId(),
                            version.reason());
        }
        table.print(session.getConsole());
        return null;
    }
}
