package io.plinth.hotdeploy.internal.leak;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is reachable in the heap of this process, in a file that lives as long as this object. It holds everything that the
 * server knows of people, so it lies in a folder of its own that only its owner can enter.
 */
final class HeapDump implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HeapDump.class);
    private static final String PREFIX = "plinth-heap-";

    private final Path folder;

    private HeapDump(Path folder) {
        this.folder = folder;
    }

    /** Stops the world for as long as it takes to write what is reachable. */
    static HeapDump take(Path parent) throws IOException {
        // createTempDirectory makes it 0700, and HotSpot makes the file 0600.
        HeapDump dump = new HeapDump(Files.createTempDirectory(parent, PREFIX));
        try {
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .dumpHeap(dump.file().toString(), true);
            return dump;
        } catch (IOException | RuntimeException failed) {
            dump.close();
            throw failed;
        }
    }

    /** Deletes what a server that was killed has left behind. */
    static void deleteLeftovers(Path parent) {
        try (Stream<Path> children = Files.list(parent)) {
            List<Path> left = children.filter(
                            child -> child.getFileName().toString().startsWith(PREFIX))
                    .toList();
            for (Path folder : left) {
                delete(folder);
            }
        } catch (IOException e) {
            LOG.error("Heap dumps that a killed server left in {} could not be deleted", parent, e);
        }
    }

    Path file() {
        return folder.resolve("heap.hprof");
    }

    /** Deletes it, and what the walk put beside it. */
    @Override
    public void close() {
        try {
            delete(folder);
        } catch (IOException e) {
            LOG.error("The heap dump in {} holds personal data and could not be deleted; delete it by hand", folder, e);
        }
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                // A walk that has timed out deletes its own files at the same time.
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failed) throws IOException {
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
