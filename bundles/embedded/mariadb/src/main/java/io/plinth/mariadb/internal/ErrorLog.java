package io.plinth.mariadb.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The error log of {@code mariadbd}: where it goes, and what it last said. */
final class ErrorLog {
    private static final long ROTATE_BYTES = 10L << 20;
    private static final int TAIL_BYTES = 64 << 10;
    /** Lines that only follow from another one. */
    private static final Pattern CONSEQUENCE = Pattern.compile("Aborting|Plugin 'InnoDB' (init|registration)"
            + "|Failed to initialize plugins|Unknown/unsupported storage engine|plugin-load|Could not find a valid");

    private static final Pattern PREFIX =
            Pattern.compile("^\\d{4}-\\d\\d-\\d\\d +\\d+:\\d\\d:\\d\\d +\\d+ *(\\[\\w+] *)?");

    private final Path file;
    private long startOffset;

    ErrorLog(Path file) {
        this.file = file;
    }

    Path file() {
        return file;
    }

    /** Marks where the next start begins. The file is kept below 10 MiB, with one older one beside it. */
    void begin() throws IOException {
        Folders.createPrivate(file.resolve("..").normalize());
        if (Files.exists(file) && Files.size(file) > ROTATE_BYTES) {
            Files.move(file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        }
        startOffset = Files.exists(file) ? Files.size(file) : 0;
    }

    /** The line since {@link #begin} that tells most: the first error that is no mere consequence, else the last line. */
    String reason() {
        List<String> lines = lines();
        return error(lines)
                .or(() -> lines.stream().skip(Math.max(0, lines.size() - 1)).findFirst())
                .map(ErrorLog::withoutTime)
                .orElse("it said nothing");
    }

    /** The first error since {@link #begin} that is no mere consequence. */
    Optional<String> error() {
        return error(lines()).map(ErrorLog::withoutTime);
    }

    private List<String> lines() {
        return tail().lines().filter(line -> !line.isBlank()).toList();
    }

    private static Optional<String> error(List<String> lines) {
        return lines.stream()
                .filter(line -> line.contains("[ERROR]") || line.startsWith("ERROR"))
                .filter(line -> !CONSEQUENCE.matcher(line).find())
                .findFirst();
    }

    private static String withoutTime(String line) {
        return PREFIX.matcher(line).replaceFirst("").strip();
    }

    private String tail() {
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            channel.position(Math.max(Math.min(startOffset, channel.size()), channel.size() - TAIL_BYTES));
            ByteBuffer bytes = ByteBuffer.allocate(TAIL_BYTES);
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // Reads on until the buffer is full or the file ends.
            }
            return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "its log cannot be read: " + e.getMessage();
        }
    }
}
