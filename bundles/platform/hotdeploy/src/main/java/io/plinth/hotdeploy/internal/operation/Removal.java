package io.plinth.hotdeploy.internal.operation;

import io.plinth.capability.CapabilityOperations.OperationState;
import io.plinth.capability.CapabilityOperations.StepState;
import io.plinth.hotdeploy.internal.SlotVersion;
import io.plinth.hotdeploy.internal.explain.Explanations;
import io.plinth.hotdeploy.internal.pack.DesiredState.Slot;
import java.io.IOException;
import java.util.List;

/** Takes a capability out: what it has in flight finishes, and from then on its paths are unknown. */
final class Removal implements Change {
    private final String name;
    private final Surroundings around;
    private final RunningOperation operation;

    Removal(String name, Surroundings around, RunningOperation operation) {
        this.name = name;
        this.around = around;
        this.operation = operation;
    }

    /** Names of the steps, in order. */
    static List<String> steps() {
        return List.of("withdraw", "drain", "clean");
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
        try {
            operation.begin("withdraw");
            List<SlotVersion> versions = around.versions().all(name);
            around.versions()
                    .active(name)
                    .ifPresent(active -> operation.between(active.version().toString(), null));
            around.desired()
                    .change(
                            name,
                            slot -> new Slot(
                                    null, null, around.clock().instant().toString(), slot.builtInSeen(), List.of()));
            around.versions().prefer(name, null);
            around.versions().dismiss(name);
            around.router().forget(name);
            operation.finish(StepState.SUCCEEDED, "");

            operation.begin("drain");
            StringBuilder cutOff = new StringBuilder();
            for (SlotVersion version : versions) {
                Serving serving = new Serving(version, around.bundles().with(version.bundle()));
                around.versions().withdraw(version, "it is removed");
                cutOff.append(serving.drainAndStop(around));
            }
            around.extender().forget(name);
            operation.finish(StepState.SUCCEEDED, cutOff.toString());

            operation.begin("clean");
            around.revisions().retire(name, around.bundles().ofSlot(name), false, operation::leak);
            for (SlotVersion version : versions) {
                around.revisions()
                        .retire(version.toString(), around.bundles().with(version.bundle()), false, operation::leak);
            }
            around.packages().retain(around.desired().digests());
            operation.finish(StepState.SUCCEEDED, "");
            operation.end(OperationState.SUCCEEDED, null, List.of());
        } catch (IOException | RuntimeException failed) {
            operation.finish(StepState.FAILED, String.valueOf(failed.getMessage()));
            operation.end(
                    OperationState.ROLLED_BACK, Explanations.of(name, failed).line(), List.of());
        }
    }
}
