package io.plinth.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** {@code plinth:capability-upgrade}: the same as to install. */
@Service
@Command(
        scope = "plinth",
        name = "capability-upgrade",
        description = "Upgrades a capability, under load, and goes back if the new version is worse")
public final class CapabilityUpgradeCommand extends CapabilityInstallCommand {}
