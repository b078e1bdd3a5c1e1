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
import java.util.Optional;
import java.util.UUID;

/** An operation as JSON: for clients, and on the disk. */
public record OperationView(
        String id,
        String kind,
        String capability,
        Optional<String> fromVersion,
        Optional<String> toVersion,
        String strategy,
        String state,
        List<StepView> steps,
        Optional<String> reason,
        List<String> details,
        Optional<String> leak,
        String initiator,
        String startedAt,
        Optional<String> endedAt) {
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
                Optional.ofNullable(operation.fromVersion()),
                Optional.ofNullable(operation.toVersion()),
                shown(operation.strategy()),
                shown(operation.state()),
                operation.steps().stream()
                        .map(step -> new StepView(step.name(), shown(step.state()), step.tookMillis(), step.detail()))
                        .toList(),
                Optional.ofNullable(operation.reason()),
                operation.details(),
                Optional.ofNullable(operation.leak()),
                operation.initiator(),
                operation.startedAt().toString(),
                Optional.ofNullable(operation.endedAt()).map(Instant::toString));
    }

    Operation operation() {
        return new Operation(
                UUID.fromString(id),
                parsed(Kind.class, kind),
                capability,
                fromVersion.orElse(null),
                toVersion.orElse(null),
                parsed(Strategy.class, strategy),
                parsed(OperationState.class, state),
                steps.stream()
                        .map(step -> new Step(
                                step.name(), parsed(StepState.class, step.state()), step.tookMillis(), step.detail()))
                        .toList(),
                reason.orElse(null),
                details,
                leak.orElse(null),
                initiator,
                Instant.parse(startedAt),
                endedAt.map(Instant::parse).orElse(null));
    }

    private static String shown(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static <E extends Enum<E>> E parsed(Class<E> type, String shown) {
        return Enum.valueOf(type, shown.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
