package io.plinth.hotdeploy.internal.pack;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which version of each capability is to be installed: the file {@code capabilities/state.json} of the data folder. Each
 * change is on the disk before the call returns; a reader sees the old or the new state, whole.
 */
public final class DesiredState {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Path file;
    private Map<String, Slot> slots;

    /**
     * Reads the file; none is an empty state.
     *
     * @throws IOException when it cannot be read
     */
    public DesiredState(Path file) throws IOException {
        this.file = file;
        this.slots =
                Files.exists(file) ? JSON.readValue(file.toFile(), State.class).capabilities() : Map.of();
    }

    /** The whole file. */
    record State(Map<String, Slot> capabilities) {
        State {
            capabilities = Map.copyOf(capabilities);
        }
    }

    /**
     * A version of a capability.
     *
     * @param sha256 of its package
     * @param isBuiltIn whether it came with the distribution, and so needs no signature
     */
    public record Choice(String version, String sha256, boolean isBuiltIn) {
        public static Choice of(CapabilityPackage taken, boolean isBuiltIn) {
            return new Choice(taken.version().toString(), taken.sha256(), isBuiltIn);
        }
    }

    /**
     * A version that broke the start.
     *
     * @param reason one line
     */
    public record SetAside(Choice choice, String reason) {}

    /**
     * What is wished for one capability.
     *
     * @param active version to install; {@code null} when it was removed
     * @param previous version that a rollback goes to
     * @param since RFC 3339 time of the last change
     * @param builtInSeen version that the distribution had then; a higher one in a later distribution is taken
     * @param setAside versions that broke a start; not tried again
     */
    public record Slot(
            @Nullable Choice active,
            @Nullable Choice previous,
            @Nullable String since,
            @Nullable String builtInSeen,
            List<SetAside> setAside) {
        public static final Slot NONE = new Slot(null, null, null, null, List.of());

        public Slot {
            setAside = List.copyOf(setAside);
        }

        /** The same with another version. */
        public Slot with(@Nullable Choice nextActive, @Nullable Choice nextPrevious, String at) {
            return new Slot(nextActive, nextPrevious, at, builtInSeen, setAside);
        }

        /** Digests of the packages that are named here. */
        public Stream<String> digests() {
            return Stream.concat(
                            Stream.of(Optional.ofNullable(active), Optional.ofNullable(previous))
                                    .flatMap(Optional::stream),
                            setAside.stream().map(SetAside::choice))
                    .map(Choice::sha256);
        }
    }

    public synchronized Map<String, Slot> slots() {
        return slots;
    }

    public synchronized Optional<Slot> slot(String name) {
        return Optional.ofNullable(slots.get(name));
    }

    /** Digests of all packages that are still needed. */
    public synchronized Set<String> digests() {
        return slots.values().stream().flatMap(Slot::digests).collect(Collectors.toUnmodifiableSet());
    }

    /** Changes the wish for one capability. */
    public synchronized void change(String name, UnaryOperator<Slot> change) throws IOException {
        Map<String, Slot> next = new TreeMap<>(slots);
        next.put(name, change.apply(slots.getOrDefault(name, Slot.NONE)));
        write(file, JSON.writeValueAsBytes(new State(next)));
        slots = Map.copyOf(next);
    }

    /** Puts the content into the file at one stroke, also when the power fails. */
    public static void write(Path file, byte[] content) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try (FileChannel channel = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
