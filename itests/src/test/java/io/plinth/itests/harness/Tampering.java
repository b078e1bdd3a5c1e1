package io.plinth.itests.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** What somebody does to a signed package on its way. */
public final class Tampering {
    private Tampering() {}

    /** A copy with one byte of an entry changed. */
    public static Path changedEntry(Path file, String entry) throws IOException {
        Map<String, byte[]> entries = entries(file);
        byte[] content = entries.get(entry);
        assertThat(content).as(entry).isNotNull();
        content[content.length - 1] ^= 1;
        return write(file, "changed", entries);
    }

    /** A copy with one entry more, which no signature covers. */
    public static Path addedEntry(Path file, String entry) throws IOException {
        Map<String, byte[]> entries = entries(file);
        entries.put(entry, new byte[] {1, 2, 3});
        return write(file, "added", entries);
    }

    /** Signs with the key of an installation that this server does not know. */
    public static void signedByAnother(PlinthServer server, Path file) {
        Map<String, String> environment = new LinkedHashMap<>(server.environment());
        environment.put("PLINTH_DATA", Distribution.freshFolder("stranger").toString());
        Commands.Outcome outcome = Commands.run(
                java.time.Duration.ofSeconds(60),
                environment,
                java.util.List.of(Distribution.shared().command().toString(), "sign", file.toString()));
        assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    }

    private static Map<String, byte[]> entries(Path file) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
            }
        }
        return entries;
    }

    private static Path write(Path original, String suffix, Map<String, byte[]> entries) throws IOException {
        Path file = original.resolveSibling(original.getFileName() + "-" + suffix + ".jar");
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
            }
        }
        return file;
    }
}
