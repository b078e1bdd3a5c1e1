package io.plinth.shell.internal;

import io.plinth.capability.CapabilityOperations;
import io.plinth.capability.CapabilityOperations.Operation;
import io.plinth.capability.CapabilityOperations.OperationState;
import io.plinth.capability.CapabilityOperations.Step;
import io.plinth.capability.CapabilityOperations.StepState;
import java.io.PrintStream;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Shows an operation step by step until it ends. */
final class OperationProgress {
    private static final long POLL_MILLIS = 50;
    private static final long TIMEOUT_MINUTES = 70;

    private final CapabilityOperations operations;
    private final PrintStream console;
    private final Set<String> shown = new HashSet<>();

    OperationProgress(CapabilityOperations operations, PrintStream console) {
        this.operations = operations;
        this.console = console;
    }

    /**
     * Follows the operation to its end.
     *
     * @throws IllegalStateException saying why it failed
     */
    void follow(Operation begun) throws InterruptedException {
        console.println("Operation " + begun.id());
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(TIMEOUT_MINUTES);
        Operation now = begun;
        while (true) {
            show(now);
            if (now.state() != OperationState.RUNNING) {
                end(now);
                return;
            }
            if (System.nanoTime() > deadline) {
                console.println("It still runs. GET /api/v1/capabilities/operations/" + now.id() + " tells more.");
                return;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            now = operations.operation(begun.id()).orElse(now);
        }
    }

    private void show(Operation operation) {
        for (Step step : operation.steps()) {
            boolean isOver = step.state() == StepState.SUCCEEDED || step.state() == StepState.FAILED;
            if (isOver && shown.add(step.name())) {
                console.printf(
                        Locale.ROOT,
                        "  %-10s %-9s %6d ms  %s%n",
                        step.name(),
                        step.state().name().toLowerCase(Locale.ROOT),
                        step.tookMillis(),
                        step.detail());
                console.flush();
            }
        }
    }

    private void end(Operation operation) {
        if (operation.state() == OperationState.SUCCEEDED) {
            console.println(operation.reason() == null ? "Done." : "Done: " + operation.reason());
            return;
        }
        operation.details().forEach(line -> console.println("  " + line));
        throw new IllegalStateException(
                (operation.state() == OperationState.REFUSED ? "Refused: " : "Rolled back: ") + operation.reason());
    }
}
