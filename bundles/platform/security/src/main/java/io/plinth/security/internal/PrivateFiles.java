package io.plinth.security.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes and guards files that only the server's own account may read. */
public final class PrivateFiles {
    private static final Logger LOG = LoggerFactory.getLogger(PrivateFiles.class);
    private static final Set<PosixFilePermission> FILE_MODE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> FOLDER_MODE = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> PUBLIC_MODE = PosixFilePermissions.fromString("rw-r--r--");

    private PrivateFiles() {}

    /** Makes the folder with mode 0700 where it is missing, and tightens a wider one. */
    public static void createFolder(Path folder) throws IOException {
        Path parent = folder.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        if (!Files.isDirectory(folder)) {
            Files.createDirectory(folder, attributes(folder, FOLDER_MODE));
        }
        tighten(folder, FOLDER_MODE);
    }

    /**
     * Puts the content into the file at one stroke: a reader sees the old or the new one, whole, and after a power cut too.
     * The mode is 0600 from the first moment.
     */
    public static void write(Path file, byte[] content) throws IOException {
        write(file, content, FILE_MODE);
    }

    /** The same with mode 0644, for what is no secret. */
    public static void writePublic(Path file, byte[] content) throws IOException {
        write(file, content, PUBLIC_MODE);
    }

    /** Takes all rights of group and others away, where they have any, and warns then. */
    public static void tighten(Path file) throws IOException {
        tighten(file, FILE_MODE);
    }

    private static void write(Path file, byte[] content, Set<PosixFilePermission> mode) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IOException(file + " is in no folder");
        }
        Path temporary = Files.createTempFile(folder, "." + file.getFileName(), ".new", attributes(folder, FILE_MODE));
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                ByteBuffer rest = ByteBuffer.wrap(content);
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
                channel.force(true);
            }
            if (isPosix(temporary)) {
                Files.setPosixFilePermissions(temporary, mode);
            }
            move(temporary, file);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException oddFileSystem) {
            LOG.debug("{} cannot be replaced atomically here", to, oddFileSystem);
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void tighten(Path file, Set<PosixFilePermission> mode) throws IOException {
        if (!isPosix(file)) {
            return;
        }
        Set<PosixFilePermission> now = Files.getPosixFilePermissions(file);
        if (mode.containsAll(now)) {
            return;
        }
        Set<PosixFilePermission> narrowed = EnumSet.noneOf(PosixFilePermission.class);
        narrowed.addAll(now);
        narrowed.retainAll(mode);
        Files.setPosixFilePermissions(file, narrowed);
        LOG.warn(
                "{} was open to others ({}) and is now {}. If others use this machine, replace what is in it.",
                file,
                PosixFilePermissions.toString(now),
                PosixFilePermissions.toString(narrowed));
    }

    private static FileAttribute<?>[] attributes(Path folder, Set<PosixFilePermission> mode) throws IOException {
        Path existing = folder;
        while (!Files.exists(existing)) {
            Path parent = existing.toAbsolutePath().getParent();
            if (parent == null) {
                break;
            }
            existing = parent;
        }
        return isPosix(existing)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(mode)}
                : new FileAttribute<?>[0];
    }

    private static boolean isPosix(Path existing) throws IOException {
        FileStore store = Files.getFileStore(existing);
        return store.supportsFileAttributeView(PosixFileAttributeView.class);
    }
}
