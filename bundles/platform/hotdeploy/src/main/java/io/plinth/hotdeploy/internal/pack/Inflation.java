package io.plinth.hotdeploy.internal.pack;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

/**
 * Inflates a package once and keeps nothing, so that one that is small as it comes and huge as it is read is refused before
 * anybody reads it: verifying a signature reads all, and some of it into memory. What a package says about its own sizes is
 * not believed. Jars in a package count, too.
 */
final class Inflation {
    static final int ENTRIES_MAX = 20_000;
    static final long BYTES_MAX = 1L << 29;

    /** Manifest and signature files are read into memory, and so is what they hold, several times over. */
    static final long SIGNATURE_FILE_BYTES_MAX = 8L << 20;

    /** Classes and texts inflate to 2 to 20 times their length; DEFLATE can do 1,032. */
    static final int RATIO_MAX = 100;

    /** Below it the ratio says nothing: a short file of one letter has a high one. */
    static final long RATIO_FREE_BYTES = 16L << 20;

    private static final int BUFFER_BYTES = 1 << 16;

    private final long fileBytes;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private long bytes;
    private int entries;

    private Inflation(long fileBytes) {
        this.fileBytes = fileBytes;
    }

    /**
     * Reads all of it.
     *
     * @throws PackageRefusedException naming the limit that it is above, or why it cannot be read
     */
    static void check(Path file) throws PackageRefusedException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            new Inflation(Files.size(file)).check(zip);
        } catch (ZipException broken) {
            throw new PackageRefusedException("The package is no jar or kar file: " + broken.getMessage() + ".");
        } catch (IOException | IllegalArgumentException broken) {
            throw new PackageRefusedException("The package cannot be read: " + broken.getMessage() + ".");
        }
    }

    private void check(ZipFile zip) throws IOException, PackageRefusedException {
        for (ZipEntry entry : Collections.list(zip.entries())) {
            begin();
            try (InputStream in = zip.getInputStream(entry)) {
                if (entry.getName().endsWith(".jar")) {
                    checkJar(entry.getName(), in);
                }
                // All of it, or the rest of what is no jar in spite of its name.
                read(entry.getName(), in);
            }
        }
    }

    private void checkJar(String name, InputStream in) throws IOException, PackageRefusedException {
        Counted counted = new Counted(in);
        // Not closed: what it reads from is the caller's.
        ZipInputStream jar = new ZipInputStream(counted);
        for (ZipEntry entry = jar.getNextEntry(); entry != null; entry = jar.getNextEntry()) {
            begin();
            read(name + "!/" + entry.getName(), jar);
            count(name, counted.take());
        }
    }

    private void begin() throws PackageRefusedException {
        entries++;
        if (entries > ENTRIES_MAX) {
            throw new PackageRefusedException(
                    "The package has more than " + ENTRIES_MAX + " entries, which is the most that is taken.");
        }
    }

    private void read(String name, InputStream in) throws IOException, PackageRefusedException {
        boolean isSignatureFile =
                PackageSignature.isSignatureFile(name.substring(name.indexOf("!/") < 0 ? 0 : name.indexOf("!/") + 2));
        long ofEntry = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            ofEntry += read;
            if (isSignatureFile && ofEntry > SIGNATURE_FILE_BYTES_MAX) {
                throw new PackageRefusedException(name + " inflates to more than " + SIGNATURE_FILE_BYTES_MAX
                        + " bytes, which is the most that is taken of a manifest or signature.");
            }
            count(name, read);
        }
    }

    private void count(String name, long read) throws PackageRefusedException {
        bytes += read;
        if (bytes > BYTES_MAX) {
            throw new PackageRefusedException("The package inflates to more than " + BYTES_MAX
                    + " bytes, which is the most that is taken (at " + name + ").");
        }
        if (bytes > RATIO_FREE_BYTES + RATIO_MAX * fileBytes) {
            throw new PackageRefusedException("The package inflates to more than " + RATIO_MAX
                    + " times its length, which no capability does (at " + name + ").");
        }
    }

    /** Says how much of what is below was read: extra fields, say, are no contents of an entry. */
    private static final class Counted extends FilterInputStream {
        private long read;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int one = super.read();
            read += one < 0 ? 0 : 1;
            return one;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = super.read(into, offset, length);
            read += Math.max(0, count);
            return count;
        }

        long take() {
            long taken = read;
            read = 0;
            return taken;
        }
    }
}
