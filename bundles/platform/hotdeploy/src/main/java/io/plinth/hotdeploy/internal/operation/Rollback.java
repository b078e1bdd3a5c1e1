package io.plinth.hotdeploy.internal.operation;

import io.plinth.capability.CapabilityOperations.Kind;
import io.plinth.capability.CapabilityOperations.OperationState;
import io.plinth.capability.CapabilityOperations.Options;
import io.plinth.hotdeploy.internal.pack.CapabilityPackage;
import io.plinth.hotdeploy.internal.pack.DesiredState.Choice;
import io.plinth.hotdeploy.internal.pack.DesiredState.Slot;
import io.plinth.hotdeploy.internal.pack.PackageRefusedException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Goes back to the version before, or ends the upgrade that runs. */
final class Rollback implements Change {
    private final String name;
    private final @Nullable Change overruled;
    private final Planner planner;
    private final Surroundings around;
    private final RunningOperation operation;

    /**
     * Takes the operation that ran on the slot when this one was asked for, if one did.
     */
    Rollback(
            String name, @Nullable Change overruled, Planner planner, Surroundings around, RunningOperation operation) {
        this.name = name;
        this.overruled = overruled;
        this.planner = planner;
        this.around = around;
        this.operation = operation;
    }

    @Override
    public RunningOperation operation() {
        return operation;
    }

    @Override
    public void overrule() {
        // It is short, and what comes next waits.
    }

    @Override
    public void run() throws InterruptedException {
        if (overruled != null && overruled.wasTakenBack()) {
            operation.end(
                    OperationState.SUCCEEDED,
                    "the operation " + overruled.operation().snapshot().id() + " was still running and was taken back",
                    List.of());
            return;
        }
        Choice previous = around.desired().slot(name).orElse(Slot.NONE).previous();
        if (previous == null) {
            operation.end(OperationState.REFUSED, "There is no version of " + name + " to go back to", List.of());
            return;
        }
        try {
            CapabilityPackage taken = around.packages().open(previous.sha256());
            new Installation(taken, previous, Kind.ROLLBACK, Options.DEFAULT, planner, around, operation).run();
        } catch (PackageRefusedException missing) {
            operation.end(OperationState.REFUSED, missing.getMessage(), List.of());
        }
    }
}
