package io.plinth.launcher;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** The folder of all state, held by one server at a time. */
final class DataFolder implements AutoCloseable {
    private static final String LOCK = "plinth.lock";
    private static final String PROCESS_ID = "plinth.pid";
    private static final long BYTES_PER_MEGABYTE = 1_048_576;

    /** The database server is unpacked (310 MB) and its files are made. */
    private static final long FIRST_START_MEGABYTES = 600;

    /** Bundles are unpacked, logs are written, the broker's journal and the redo log are there already. */
    private static final long START_MEGABYTES = 100;

    private final Path folder;
    private final FileChannel channel;

    private DataFolder(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /**
     * Creates the folder if needed and locks it until this process ends.
     *
     * @throws StartupException when it cannot be written or another server has it
     */
    static DataFolder lock(Path folder) throws StartupException {
        FileChannel channel;
        try {
            create(folder);
            create(folder.resolve("logs"));
            create(folder.resolve("secrets"));
            create(folder.resolve("karaf"));
            create(folder.resolve("karaf").resolve("tmp"));
            channel = FileChannel.open(
                    folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ);
        } catch (IOException failed) {
            throw new StartupException("The data folder " + folder + " cannot be written (" + reason(failed)
                    + "). Mend its permissions or the disk, or set PLINTH_DATA.");
        }
        checkSpace(folder);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                throw new StartupException("Another Plinth" + holder(folder) + " already runs on the data folder "
                        + folder + ". Stop it with 'plinth stop', or set PLINTH_DATA to another folder.");
            }
            Files.writeString(
                    folder.resolve(PROCESS_ID),
                    Long.toString(ProcessHandle.current().pid()));
        } catch (OverlappingFileLockException | IOException failed) {
            throw new StartupException("The data folder " + folder + " cannot be locked (" + reason(failed) + ").");
        }
        return new DataFolder(folder, channel);
    }

    private static void create(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            if (!Files.isWritable(path) || !Files.isReadable(path)) {
                throw new FileSystemException(path.toString(), null, "no permission");
            }
            if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
            }
            return;
        }
        if (Files.exists(path)) {
            throw new FileSystemException(path.toString(), null, path + " is a file, not a folder");
        }
        Path parent = path.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createDirectory(
                    path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectory(path);
        }
    }

    private static void checkSpace(Path folder) throws StartupException {
        boolean isFirstStart = !Files.exists(folder.resolve("mariadb"));
        long neededMegabytes = isFirstStart ? FIRST_START_MEGABYTES : START_MEGABYTES;
        try {
            long freeMegabytes = Files.getFileStore(folder).getUsableSpace() / BYTES_PER_MEGABYTE;
            if (freeMegabytes < neededMegabytes) {
                throw new StartupException("The disk of the data folder " + folder + " has " + freeMegabytes
                        + " MB of space left; a " + (isFirstStart ? "first " : "") + "start needs " + neededMegabytes
                        + " MB. Free some, or set PLINTH_DATA to another disk.");
            }
        } catch (IOException unknown) {
            throw new StartupException(
                    "The disk of the data folder " + folder + " cannot be read (" + reason(unknown) + ").");
        }
    }

    private static String holder(Path folder) {
        try {
            return " (process "
                    + Files.readString(folder.resolve(PROCESS_ID), StandardCharsets.UTF_8)
                            .strip() + ")";
        } catch (IOException unknown) {
            return "";
        }
    }

    private static String reason(Exception failed) {
        @Nullable String reason = failed instanceof FileSystemException file ? file.getReason() : failed.getMessage();
        return reason == null ? failed.getClass().getSimpleName() : reason;
    }

    Path path() {
        return folder;
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(folder.resolve(PROCESS_ID));
        channel.close();
    }
}
