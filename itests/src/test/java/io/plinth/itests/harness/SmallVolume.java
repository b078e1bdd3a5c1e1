package io.plinth.itests.harness;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A file system of a given size in memory, to be filled up. Only root may make one. */
public final class SmallVolume implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int BLOCK_BYTES = 64 * 1024;

    private final Path folder;

    private SmallVolume(Path folder) {
        this.folder = folder;
    }

    /** Empty where this user may not mount. */
    public static Optional<SmallVolume> mount(int megabytes) {
        if (!System.getProperty("user.name").equals("root")
                || Commands.find("mount").isEmpty()) {
            return Optional.empty();
        }
        Path folder = Distribution.freshFolder("volume");
        Commands.Outcome outcome = Commands.run(
                LIMIT,
                Map.of(),
                List.of("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", folder.toString()));
        return outcome.exitCode() == 0 ? Optional.of(new SmallVolume(folder)) : Optional.empty();
    }

    public Path folder() {
        return folder;
    }

    /** Writes until nothing more fits. */
    public Path fill() {
        Path filler = folder.resolve("filler");
        try (OutputStream out = Files.newOutputStream(filler)) {
            byte[] block = new byte[BLOCK_BYTES];
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            return filler;
        }
    }

    public void empty(Path filler) {
        try {
            Files.delete(filler);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        Commands.run(LIMIT, Map.of(), List.of("umount", "-l", folder.toString()));
    }
}
