package io.plinth.hotdeploy.internal.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With real bombs: small files that inflate to much. */
class InflationTest {
    private static final int MEGABYTE = 1 << 20;

    @TempDir
    Path folder;

    /** One thing that is written into a zip file. */
    private interface Content {
        void write(OutputStream out) throws IOException;
    }

    private static Content zeros(int megabytes) {
        return out -> {
            byte[] megabyte = new byte[MEGABYTE];
            for (int i = 0; i < megabytes; i++) {
                out.write(megabyte);
            }
        };
    }

    /** Compresses to an eightieth or so, which the ratio lets pass. */
    private static Content sparse(int megabytes) {
        return out -> {
            Random random = new Random(42);
            byte[] noise = new byte[MEGABYTE / 85];
            byte[] megabyte = new byte[MEGABYTE];
            for (int i = 0; i < megabytes; i++) {
                random.nextBytes(noise);
                System.arraycopy(noise, 0, megabyte, 0, noise.length);
                out.write(megabyte);
            }
        };
    }

    private static void zip(OutputStream to, String entry, Content content) throws IOException {
        ZipOutputStream zip = new ZipOutputStream(to);
        zip.putNextEntry(new ZipEntry(entry));
        content.write(zip);
        zip.closeEntry();
        zip.finish();
    }

    private Path file(String entry, Content content) throws IOException {
        Path file = folder.resolve("bomb.jar");
        try (OutputStream out = Files.newOutputStream(file)) {
            zip(out, entry, content);
        }
        return file;
    }

    private static void assertRefused(Path file, String... says) {
        assertThatThrownBy(() -> Inflation.check(file))
                .isInstanceOf(PackageRefusedException.class)
                .hasMessageContainingAll(says);
    }

    @Test
    void takesAnOrdinaryPackage() throws Exception {
        Path file = Jars.capability("orders", "1.0.0").in(folder, "orders.jar");
        assertThatCode(() -> Inflation.check(file)).doesNotThrowAnyException();
    }

    @Test
    void takesAShortTextOfOneLetter() throws Exception {
        Path file = file("zeros.txt", zeros(10));
        assertThat(Files.size(file) * Inflation.RATIO_MAX).isLessThan(10 * MEGABYTE);
        assertThatCode(() -> Inflation.check(file)).doesNotThrowAnyException();
    }

    @Test
    void refusesByTheRatio() throws Exception {
        Path file = file("zeros.txt", zeros(300));
        assertThat(Files.size(file)).isLessThan(MEGABYTE);
        long start = System.nanoTime();
        assertRefused(file, "100 times its length", "zeros.txt");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void refusesByTheSum() throws Exception {
        Path file = file("sparse.txt", sparse(520));
        assertThat(Files.size(file) * Inflation.RATIO_MAX).isGreaterThan(Inflation.BYTES_MAX);
        assertRefused(file, Long.toString(Inflation.BYTES_MAX), "sparse.txt");
    }

    @Test
    void refusesABombInAJarOfAKar() throws Exception {
        ByteArrayOutputStream jar = new ByteArrayOutputStream();
        zip(jar, "zeros.txt", zeros(300));
        assertRefused(
                file("repository/a.jar", out -> out.write(jar.toByteArray())),
                "100 times its length",
                "repository/a.jar!/zeros.txt");
    }

    @Test
    void refusesAManifestThatFillsTheMemory() throws Exception {
        assertRefused(
                file("META-INF/MANIFEST.MF", sparse(9)),
                "META-INF/MANIFEST.MF",
                Long.toString(Inflation.SIGNATURE_FILE_BYTES_MAX));
        ByteArrayOutputStream jar = new ByteArrayOutputStream();
        zip(jar, "meta-inf/x.sf", sparse(9));
        assertRefused(file("a.jar", out -> out.write(jar.toByteArray())), "a.jar!/meta-inf/x.sf");
    }

    @Test
    void refusesTooManyEntries() throws Exception {
        Path file = folder.resolve("many.jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (int i = 0; i <= Inflation.ENTRIES_MAX; i++) {
                zip.putNextEntry(new ZipEntry(Integer.toString(i)));
            }
        }
        assertRefused(file, "20000 entries");
    }

    @Test
    void saysWhatIsNoZipFile() throws Exception {
        assertRefused(Files.writeString(folder.resolve("text.jar"), "this is no zip"), "no jar or kar file");
    }

    /** Nobody must have read the bomb before: an unsigned one is refused for its size, not for its signature. */
    @Test
    void isCheckedBeforeAnythingElse() throws Exception {
        PackageFolder packages = new PackageFolder(folder.resolve("packages"));
        Path bomb = file("zeros.txt", zeros(300));
        try (InputStream in = Files.newInputStream(bomb)) {
            assertThatThrownBy(() -> packages.receive(in, Long.MAX_VALUE, file -> {
                        throw new AssertionError("read before its size was known");
                    }))
                    .isInstanceOf(PackageRefusedException.class)
                    .hasMessageContaining("100 times its length");
        }
        try (var left = Files.list(folder.resolve("packages"))) {
            assertThat(left).isEmpty();
        }
    }
}
