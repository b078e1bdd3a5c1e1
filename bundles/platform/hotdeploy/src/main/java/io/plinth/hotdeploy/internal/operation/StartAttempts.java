package io.plinth.hotdeploy.internal.operation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.plinth.hotdeploy.internal.pack.DesiredState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts, on the disk, how often a package was being started when the process ended: one that ends the process cannot be
 * caught in any other way.
 */
final class StartAttempts {
    private static final Logger LOG = LoggerFactory.getLogger(StartAttempts.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Integer>> COUNTS = new TypeReference<>() {};

    private final Path file;
    private final Map<String, Integer> counts;

    StartAttempts(Path file) throws IOException {
        this.file = file;
        this.counts = read(file);
    }

    private static Map<String, Integer> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return new HashMap<>();
        }
        try {
            return new HashMap<>(JSON.readValue(file.toFile(), COUNTS));
        } catch (JsonProcessingException broken) {
            LOG.warn("{} cannot be read; the counting begins anew", file);
            return new HashMap<>();
        }
    }

    /** How often the process ended while this package was being started. */
    synchronized int of(String sha256) {
        return counts.getOrDefault(sha256, 0);
    }

    /** This one is started now. */
    synchronized void begin(String sha256) throws IOException {
        counts.merge(sha256, 1, Integer::sum);
        write();
    }

    /** It has started, or failed without ending the process. */
    synchronized void end(String sha256) throws IOException {
        counts.remove(sha256);
        write();
    }

    /** Nobody is to blame for what comes. */
    synchronized void end() throws IOException {
        counts.clear();
        Files.deleteIfExists(file);
    }

    private void write() throws IOException {
        if (counts.isEmpty()) {
            Files.deleteIfExists(file);
        } else {
            DesiredState.write(file, JSON.writeValueAsBytes(counts));
        }
    }
}
