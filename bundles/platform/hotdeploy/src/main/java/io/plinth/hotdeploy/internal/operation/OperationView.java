package io.plinth.hotdeploy.internal.operation;

import io.plinth.capability.CapabilityOperations.Kind;
import io.plinth.capability.CapabilityOperations.Operation;
import io.plinth.capability.CapabilityOperations.OperationState;
import io.plinth.capability.CapabilityOperations.Step;
import io.plinth.capability.CapabilityOperations.StepState;
import io.plinth.capability.CapabilityOperations.Strategy;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An operation as JSON: for clients, and on the disk. */
public record OperationView(
        String id,
        String kind,
        String capability,
        @Nullable String fromVersion,
        @Nullable String toVersion,
        String strategy,
        String state,
        List<StepView> steps,
        @Nullable String reason,
        List<String> details,
        @Nullable String leak,
        String initiator,
        String startedAt,
        @Nullable String endedAt) {
    public OperationView {
        steps = List.copyOf(steps);
        details = List.copyOf(details);
    }

    /** A step as JSON. */
    public record StepView(String name, String state, long tookMillis, String detail) {}

    public static OperationView of(Operation operation) {
        return new OperationView(
                operation.id().toString(),
                shown(operation.kind()),
                operation.capability(),
                operation.fromVersion(),
                operation.toVersion(),
                shown(operation.strategy()),
                shown(operation.state()),
                operation.steps().stream()
                        .map(step -> new StepView(step.name(), shown(step.state()), step.tookMillis(), step.detail()))
                        .toList(),
                operation.reason(),
                operation.details(),
                operation.leak(),
                operation.initiator(),
                operation.startedAt().toString(),
                operation.endedAt() == null ? null : operation.endedAt().toString());
    }

    Operation operation() {
        return new Operation(
                UUID.fromString(id),
                parsed(Kind.class, kind),
                capability,
                fromVersion,
                toVersion,
                parsed(Strategy.class, strategy),
                parsed(OperationState.class, state),
                steps.stream()
                        .map(step -> new Step(
                                step.name(), parsed(StepState.class, step.state()), step.tookMillis(), step.detail()))
                        .toList(),
                reason,
                details,
                leak,
                initiator,
                Instant.parse(startedAt),
                endedAt == null ? null : Instant.parse(endedAt));
    }

    private static String shown(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static <E extends Enum<E>> E parsed(Class<E> type, String shown) {
        return Enum.valueOf(type, shown.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
