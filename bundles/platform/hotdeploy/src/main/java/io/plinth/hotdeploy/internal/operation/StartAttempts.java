package io.plinth.hotdeploy.internal.operation;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.plinth.hotdeploy.internal.pack.DesiredState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts, on the disk, how often a package was being started when the server ended: one that ends the process cannot be
 * caught in any other way.
 */
final class StartAttempts {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Integer>> COUNTS = new TypeReference<>() {};

    private final Path file;
    private final Map<String, Integer> counts;

    StartAttempts(Path file) throws IOException {
        this.file = file;
        this.counts = Files.exists(file) ? new HashMap<>(JSON.readValue(file.toFile(), COUNTS)) : new HashMap<>();
    }

    /** How often the server ended while this package was being started. */
    int of(String sha256) {
        return counts.getOrDefault(sha256, 0);
    }

    /** These are started now. */
    void begin(Iterable<String> digests) throws IOException {
        for (String sha256 : digests) {
            counts.merge(sha256, 1, Integer::sum);
        }
        DesiredState.write(file, JSON.writeValueAsBytes(counts));
    }

    /** All of them have started, or failed without ending the server. */
    void end() throws IOException {
        counts.clear();
        Files.deleteIfExists(file);
    }
}
