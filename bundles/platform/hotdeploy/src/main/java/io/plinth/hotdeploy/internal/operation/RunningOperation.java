package io.plinth.hotdeploy.internal.operation;

import io.plinth.capability.CapabilityOperations.Kind;
import io.plinth.capability.CapabilityOperations.Operation;
import io.plinth.capability.CapabilityOperations.OperationState;
import io.plinth.capability.CapabilityOperations.Step;
import io.plinth.capability.CapabilityOperations.StepState;
import io.plinth.capability.CapabilityOperations.Strategy;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An operation and its steps, as they go. Each change is told to the log of operations. */
final class RunningOperation {
    private final Clock clock;
    private final Consumer<Operation> changes;
    private final Map<String, Step> steps = new LinkedHashMap<>();
    private Operation state;
    private String currentStep = "";
    private long stepStartNanos;

    RunningOperation(
            UUID id,
            Kind kind,
            String capability,
            Strategy strategy,
            String initiator,
            List<String> stepNames,
            Clock clock,
            Consumer<Operation> changes) {
        this.clock = clock;
        this.changes = changes;
        for (String name : stepNames) {
            steps.put(name, new Step(name, StepState.PENDING, 0, ""));
        }
        this.state = new Operation(
                id,
                kind,
                capability,
                null,
                null,
                strategy,
                OperationState.RUNNING,
                List.copyOf(steps.values()),
                null,
                List.of(),
                null,
                initiator,
                clock.instant(),
                null);
    }

    synchronized Operation snapshot() {
        Step running = steps.get(currentStep);
        if (running != null && running.state() == StepState.RUNNING) {
            steps.put(currentStep, new Step(currentStep, StepState.RUNNING, tookMillis(), running.detail()));
        }
        return copy(state.state(), state.reason(), state.details(), state.leak(), state.endedAt());
    }

    private Operation copy(
            OperationState next,
            @Nullable String reason,
            List<String> details,
            @Nullable String leak,
            @Nullable Instant endedAt) {
        return new Operation(
                state.id(),
                state.kind(),
                state.capability(),
                state.fromVersion(),
                state.toVersion(),
                state.strategy(),
                next,
                List.copyOf(steps.values()),
                reason,
                details,
                leak,
                state.initiator(),
                state.startedAt(),
                endedAt);
    }

    /** From which version to which. */
    synchronized void between(@Nullable String from, @Nullable String to) {
        state = new Operation(
                state.id(),
                state.kind(),
                state.capability(),
                from,
                to,
                state.strategy(),
                state.state(),
                state.steps(),
                state.reason(),
                state.details(),
                state.leak(),
                state.initiator(),
                state.startedAt(),
                state.endedAt());
    }

    synchronized void begin(String step) {
        currentStep = step;
        stepStartNanos = System.nanoTime();
        steps.put(step, new Step(step, StepState.RUNNING, 0, ""));
        changes.accept(snapshot());
    }

    synchronized void finish(StepState result, String detail) {
        steps.put(currentStep, new Step(currentStep, result, tookMillis(), detail));
        currentStep = "";
    }

    /** A step that was made before the operation began. */
    synchronized void made(String step, long tookMillis) {
        steps.put(step, new Step(step, StepState.SUCCEEDED, tookMillis, ""));
    }

    String currentStep() {
        return currentStep;
    }

    synchronized void end(OperationState result, @Nullable String reason, List<String> details) {
        steps.replaceAll(
                (name, step) -> step.state() == StepState.PENDING ? new Step(name, StepState.SKIPPED, 0, "") : step);
        state = copy(result, reason, details, state.leak(), clock.instant());
        changes.accept(state);
    }

    /** What the leak check found, later. */
    synchronized void leak(String found) {
        state = copy(state.state(), state.reason(), state.details(), found, state.endedAt());
        changes.accept(state);
    }

    private long tookMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - stepStartNanos);
    }
}
