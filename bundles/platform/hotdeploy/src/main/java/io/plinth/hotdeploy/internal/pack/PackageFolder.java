package io.plinth.hotdeploy.internal.pack;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The packages of this server, each under the digest of its bytes, in {@code capabilities/packages/} of the data folder. */
public final class PackageFolder {
    private static final String SUFFIX = ".package";
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path folder;
    private final Map<String, Integer> held = new HashMap<>();

    /** Makes the folder where it is missing, and drops what an unfinished upload left. */
    public PackageFolder(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path left :
                    files.filter(file -> !file.toString().endsWith(SUFFIX)).toList()) {
                Files.deleteIfExists(left);
            }
        }
    }

    /** Looks at a package before anything of it is believed. */
    public interface Check {
        /** @throws PackageRefusedException saying why it is not taken */
        void check(Path file) throws PackageRefusedException;
    }

    /**
     * Takes a package in; it is held until {@link #release}.
     *
     * @param check made before it is read, but after it is known to be of a bearable size
     * @throws PackageRefusedException when it is longer than {@code bytesMax}, or inflates to too much, or is refused, or is no
     *     package
     */
    public CapabilityPackage receive(InputStream in, long bytesMax, Check check)
            throws IOException, PackageRefusedException {
        Path upload = Files.createTempFile(folder, "upload", ".part");
        try {
            copy(in, upload, bytesMax);
            Inflation.check(upload);
            check.check(upload);
            return take(PackageReader.read(upload));
        } finally {
            Files.deleteIfExists(upload);
        }
    }

    private static void copy(InputStream in, Path to, long bytesMax) throws IOException, PackageRefusedException {
        try (OutputStream out = Files.newOutputStream(to)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            long bytes = 0;
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                bytes += read;
                if (bytes > bytesMax) {
                    throw new PackageRefusedException("The package is larger than " + bytesMax + " bytes.");
                }
                out.write(buffer, 0, read);
            }
        }
        // The state that names it is forced to the disk, too.
        try (FileChannel channel = FileChannel.open(to, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** Keeps a copy of a package that comes with the distribution. */
    public CapabilityPackage copy(Path file) throws IOException, PackageRefusedException {
        try (InputStream in = Files.newInputStream(file)) {
            return receive(in, Long.MAX_VALUE, trusted -> {});
        }
    }

    private synchronized CapabilityPackage take(CapabilityPackage received) throws IOException {
        held.merge(received.sha256(), 1, Integer::sum);
        Path kept = file(received.sha256());
        // Always: what is there under this name may have been damaged.
        Files.move(received.file(), kept, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return new CapabilityPackage(
                kept,
                received.sha256(),
                received.manifest(),
                received.symbolicName(),
                received.version(),
                received.bundles(),
                received.migrations());
    }

    /** A package that was taken in before. */
    public CapabilityPackage open(String sha256) throws PackageRefusedException {
        Path kept = file(sha256);
        if (!Files.exists(kept)) {
            throw new PackageRefusedException("Its package " + kept + " is missing.");
        }
        CapabilityPackage opened = PackageReader.read(kept);
        if (!opened.sha256().equals(sha256)) {
            throw new PackageRefusedException("Its package " + kept + " was changed on the disk.");
        }
        return opened;
    }

    /** Holds a package of the folder until {@link #release}. */
    public synchronized void hold(String sha256) {
        held.merge(sha256, 1, Integer::sum);
    }

    /** Ends that a package is held by whoever received it. */
    public synchronized void release(String sha256) {
        held.computeIfPresent(sha256, (digest, count) -> count > 1 ? count - 1 : null);
    }

    /** Drops every package but these and those that are held. */
    public synchronized void retain(Set<String> digests) throws IOException {
        List<Path> files;
        try (Stream<Path> listed = Files.list(folder)) {
            files = listed.filter(file -> file.toString().endsWith(SUFFIX)).toList();
        }
        for (Path file : files) {
            String name = String.valueOf(file.getFileName());
            String sha256 = name.substring(0, name.length() - SUFFIX.length());
            if (!digests.contains(sha256) && !held.containsKey(sha256)) {
                Files.deleteIfExists(file);
            }
        }
    }

    private Path file(String sha256) {
        return folder.resolve(sha256 + SUFFIX);
    }
}
