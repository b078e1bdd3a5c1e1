package io.plinth.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * What a distribution consists of: where it lies, and its bundles, features and their order of start, each with its length
 * and a checksum. Times say nothing: those in an archive are made equal, so that a build can be repeated.
 *
 * @param parts length and checksum by name
 */
record Fingerprint(SortedMap<String, String> parts) {
    private static final List<String> CONFIGURATION =
            List.of("etc/startup.properties", "etc/org.apache.karaf.features.cfg", "etc/org.apache.karaf.features.xml");
    private static final int FILES_MAX = 20_000;
    private static final int BUFFER_BYTES = 1 << 16;

    // The end of central directory record of a zip file: APPNOTE 4.3.16.
    private static final int END_BYTES = 22;
    private static final int END_SIGNATURE = 0x06054b50;
    private static final int DIRECTORY_BYTES_AT = 12;
    private static final int DIRECTORY_START_AT = 16;

    Fingerprint {
        parts = Collections.unmodifiableSortedMap(new TreeMap<>(parts));
    }

    /** Looks at the distribution; some tens of milliseconds. */
    static Fingerprint of(Path home) throws IOException {
        SortedMap<String, String> parts = new TreeMap<>();
        // Bundles are started where they lie, so the same files elsewhere are others.
        parts.put("home", home.toString());
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (String name : CONFIGURATION) {
            Path file = home.resolve(name);
            if (Files.exists(file)) {
                parts.put(name, checksum(file, buffer));
            }
        }
        Path system = home.resolve("system").toRealPath();
        for (Path file : files(system)) {
            parts.put("system/" + system.relativize(file).toString().replace('\\', '/'), checksum(file, buffer));
        }
        return new Fingerprint(parts);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> found = Files.walk(folder)) {
            List<Path> files = found.filter(file -> hasEnd(file, ".jar") || hasEnd(file, ".xml"))
                    .limit(FILES_MAX + 1L)
                    .toList();
            if (files.size() > FILES_MAX) {
                throw new IOException(folder + " has more than " + FILES_MAX + " files");
            }
            return files;
        } catch (UncheckedIOException failed) {
            throw failed.getCause();
        }
    }

    private static boolean hasEnd(Path file, String end) {
        return file.toString().endsWith(end);
    }

    /**
     * Of a jar only its central directory is read: it names each entry with its length and CRC-32, so other contents have
     * another one. That is a twentieth of the bytes.
     */
    private static String checksum(Path file, ByteBuffer buffer) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            long length = channel.size();
            long from = hasEnd(file, ".jar") ? directoryStart(channel, buffer) : 0;
            CRC32 checksum = new CRC32();
            channel.position(from);
            for (buffer.clear(); channel.read(buffer) >= 0; buffer.clear()) {
                checksum.update(buffer.flip());
            }
            return length + " " + Long.toHexString(checksum.getValue());
        }
    }

    /** Where the central directory begins; 0 where that cannot be told, so that all is read. */
    private static long directoryStart(SeekableByteChannel channel, ByteBuffer buffer) throws IOException {
        long end = channel.size() - END_BYTES;
        if (end < 0) {
            return 0;
        }
        channel.position(end);
        buffer.clear().limit(END_BYTES);
        while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
            continue;
        }
        if (buffer.hasRemaining() || buffer.getInt(0) != END_SIGNATURE) {
            return 0;
        }
        long bytes = Integer.toUnsignedLong(buffer.getInt(DIRECTORY_BYTES_AT));
        long start = Integer.toUnsignedLong(buffer.getInt(DIRECTORY_START_AT));
        return start + bytes == end ? start : 0;
    }

    /** The one that was written; empty where there is none, or none that can be understood. */
    static Optional<Fingerprint> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        SortedMap<String, String> parts = new TreeMap<>();
        for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            int end = line.indexOf('=');
            if (end < 0) {
                return Optional.empty();
            }
            parts.put(line.substring(0, end), line.substring(end + 1));
        }
        return Optional.of(new Fingerprint(parts));
    }

    /** Writes it at one stroke. */
    void write(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        parts.forEach((name, checksum) -> lines.add(name + "=" + checksum));
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.write(next, lines, StandardCharsets.UTF_8);
        try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Names of the parts that only one of both has, or that are others. */
    SortedSet<String> differences(Fingerprint other) {
        SortedSet<String> names = new TreeSet<>(parts.keySet());
        names.addAll(other.parts.keySet());
        names.removeIf(name -> parts.getOrDefault(name, "").equals(other.parts.getOrDefault(name, "")));
        return names;
    }
}
