package io.plinth.hotdeploy.internal.operation;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.plinth.capability.CapabilityOperations.Operation;
import io.plinth.capability.CapabilityOperations.OperationState;
import io.plinth.capability.CapabilityOperations.Step;
import io.plinth.capability.CapabilityOperations.StepState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The last operations, each in a file of its own, so that they are known after a restart too. */
final class OperationLog {
    private static final Logger LOG = LoggerFactory.getLogger(OperationLog.class);
    private static final Logger AUDIT = LoggerFactory.getLogger("io.plinth.audit");
    private static final int OPERATIONS_MAX = 200;
    private static final String SUFFIX = ".json";
    private static final ObjectMapper JSON = new ObjectMapper().registerModule(new Jdk8Module());

    private final Path folder;
    private final Map<UUID, Operation> operations = new ConcurrentSkipListMap<>(Comparator.comparing(UUID::toString));

    OperationLog(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(name -> name.toString().endsWith(SUFFIX)).toList()) {
                read(file).ifPresent(operation -> operations.put(operation.id(), operation));
            }
        }
    }

    private static Optional<Operation> read(Path file) {
        try {
            return Optional.of(
                    JSON.readValue(file.toFile(), OperationView.class).operation());
        } catch (IOException | IllegalArgumentException broken) {
            LOG.warn("The record {} of an operation cannot be read and is left out: {}", file, broken.getMessage());
            return Optional.empty();
        }
    }

    /**
     * Ends the operations during which the server was ended.
     *
     * @param isWished whether the desired state names this version of this capability
     */
    void settle(BiPredicate<String, String> isWished, Instant now) {
        for (Operation left : List.copyOf(operations.values())) {
            if (left.state() == OperationState.RUNNING) {
                String to = left.toVersion() == null ? "" : left.toVersion();
                boolean isDone = isWished.test(left.capability(), to);
                put(settled(left, isDone, now));
            }
        }
    }

    private static Operation settled(Operation left, boolean isDone, Instant now) {
        String step = left.steps().stream()
                .filter(candidate -> candidate.state() == StepState.RUNNING)
                .map(Step::name)
                .findFirst()
                .orElse("a step");
        List<Step> steps = left.steps().stream()
                .map(old -> switch (old.state()) {
                    case RUNNING -> new Step(old.name(), StepState.FAILED, old.tookMillis(), "the server ended");
                    case PENDING -> new Step(old.name(), StepState.SKIPPED, 0, "");
                    case SUCCEEDED, FAILED, SKIPPED -> old;
                })
                .toList();
        return new Operation(
                left.id(),
                left.kind(),
                left.capability(),
                left.fromVersion(),
                left.toVersion(),
                left.strategy(),
                isDone ? OperationState.SUCCEEDED : OperationState.ROLLED_BACK,
                steps,
                "the server ended during " + step + "; "
                        + (isDone ? "what was asked for holds" : "the version before holds"),
                left.details(),
                left.leak(),
                left.initiator(),
                left.startedAt(),
                now);
    }

    /** Notes how an operation stands. */
    void put(Operation operation) {
        operations.put(operation.id(), operation);
        AUDIT.info(
                "capability operation={} kind={} capability={} from={} to={} by={} state={} step={} reason={}",
                operation.id(),
                operation.kind(),
                operation.capability(),
                operation.fromVersion(),
                operation.toVersion(),
                operation.initiator(),
                operation.state(),
                operation.steps().stream()
                        .filter(step -> step.state() == StepState.RUNNING)
                        .map(Step::name)
                        .findFirst()
                        .orElse("-"),
                operation.reason());
        try {
            // Not forced to the disk: what holds is in the desired state, this only tells about it.
            Path next = folder.resolve(operation.id() + ".next");
            Files.write(next, JSON.writeValueAsBytes(OperationView.of(operation)));
            Files.move(
                    next,
                    folder.resolve(operation.id() + SUFFIX),
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);
            prune();
        } catch (IOException failed) {
            LOG.warn("The record of operation {} cannot be written: {}", operation.id(), failed.getMessage());
        }
    }

    private synchronized void prune() throws IOException {
        while (operations.size() > OPERATIONS_MAX) {
            Optional<Operation> oldest = operations.values().stream()
                    .filter(operation -> operation.state() != OperationState.RUNNING)
                    .findFirst();
            if (oldest.isEmpty()) {
                return;
            }
            operations.remove(oldest.get().id());
            Files.deleteIfExists(folder.resolve(oldest.get().id() + SUFFIX));
        }
    }

    Optional<Operation> find(UUID id) {
        return Optional.ofNullable(operations.get(id));
    }

    /** Newest first. */
    List<Operation> all() {
        List<Operation> all = new ArrayList<>(operations.values());
        Collections.reverse(all);
        return all;
    }
}
