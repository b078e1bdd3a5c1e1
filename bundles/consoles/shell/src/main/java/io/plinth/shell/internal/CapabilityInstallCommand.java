package io.plinth.shell.internal;

import io.plinth.capability.CapabilityOperations;
import io.plinth.capability.CapabilityOperations.Operation;
import io.plinth.capability.CapabilityOperations.Options;
import io.plinth.capability.CapabilityOperations.Strategy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** {@code plinth:capability-install}. */
@Service
@Command(scope = "plinth", name = "capability-install", description = "Installs a capability, or upgrades it")
@SuppressWarnings("NullAway.Init") // The shell injects what is marked @Reference and required.
public class CapabilityInstallCommand implements Action {
    @Argument(name = "file", required = true, description = "Package on this machine, a .jar or .kar")
    String file;

    @Option(name = "--canary", description = "Gives the traffic in steps: 1, 10, 50, then 100 percent of the callers")
    boolean isCanary;

    @Option(name = "--force", description = "Does it even if bundles of others must be restarted")
    boolean isForced;

    @Option(name = "--probation", description = "How long the new version is watched, in seconds, 0 to 3600")
    int probationSeconds = -1;

    @Reference
    CapabilityOperations operations;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws IOException, InterruptedException {
        Duration probation = probationSeconds < 0 ? null : Duration.ofSeconds(probationSeconds);
        Options options = new Options(isCanary ? Strategy.CANARY : Strategy.SWAP, isForced, probation);
        Operation begun;
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            begun = operations.install(in, options, "shell");
        }
        new OperationProgress(operations, session.getConsole()).follow(begun);
        return null;
    }
}
