package io.plinth.hotdeploy.internal.operation;

import io.plinth.gateway.RequestRouter;
import io.plinth.hotdeploy.internal.HotDeployConfig;
import io.plinth.hotdeploy.internal.SlotExtender;
import io.plinth.hotdeploy.internal.SlotVersions;
import io.plinth.hotdeploy.internal.pack.DesiredState;
import io.plinth.hotdeploy.internal.pack.PackageFolder;
import io.plinth.hotdeploy.internal.pack.PackageSignature;
import io.plinth.tx.Migrations;
import java.time.Clock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/**
 * What operations work with.
 *
 * @param migrations gives {@code null} while the database is away
 */
record Surroundings(
        SlotVersions versions,
        SlotExtender extender,
        RequestRouter router,
        SlotBundles bundles,
        PackageFolder packages,
        PackageSignature signature,
        DesiredState desired,
        ServiceComponentRuntime components,
        Supplier<@Nullable Migrations> migrations,
        OldRevisions revisions,
        HotDeployConfig config,
        Clock clock) {}
