package io.plinth.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BundleCacheTest {
    private static final FileTime SAME_FOR_ALL = FileTime.from(Instant.parse("2026-11-22T00:00:00Z"));
    private static final String API = "system/io/plinth/io.plinth.api/0.1.0/io.plinth.api-0.1.0.jar";

    @TempDir
    Path temporary;

    private Path home;
    private Path karaf;

    @BeforeEach
    void distribution() throws IOException {
        home = temporary.resolve("plinth");
        karaf = Files.createDirectory(temporary.resolve("karaf"));
        write(home, "etc/startup.properties", "a = 1");
        write(home, "etc/org.apache.karaf.features.cfg", "featuresBoot = a");
        write(home, "system/io/plinth/plinth-features/0.1.0/plinth-features-0.1.0-features.xml", "<features/>");
        jar(home.resolve(API), "one");
        jar(home.resolve("system/org/other/1/other-1.jar"), "other");
    }

    private static Path write(Path folder, String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return Files.setLastModifiedTime(file, SAME_FOR_ALL);
    }

    /** As a repeatable build makes it: all times are the same. */
    private static void jar(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            ZipEntry entry = new ZipEntry("some.txt").setLastModifiedTime(SAME_FOR_ALL);
            entry.setMethod(ZipEntry.DEFLATED);
            zip.putNextEntry(entry);
            zip.write(text.getBytes(StandardCharsets.UTF_8));
            zip.closeEntry();
        }
        Files.setLastModifiedTime(file, SAME_FOR_ALL);
    }

    /** A start that gets as far as Karaf's own. */
    private Optional<String> start() throws Exception {
        BundleCache cache = new BundleCache(home, karaf);
        Optional<String> said = cache.removeIfStale();
        write(karaf, "cache/bundle1/version0.0/bundle.jar", "from " + Files.size(home.resolve(API)));
        cache.filled();
        return said;
    }

    private boolean isCacheThere() {
        return Files.exists(karaf.resolve("cache/bundle1"));
    }

    @Test
    void aFirstStartSaysNothing() throws Exception {
        assertThat(start()).isEmpty();
    }

    @Test
    void theSameDistributionKeepsIt() throws Exception {
        start();
        assertThat(new BundleCache(home, karaf).removeIfStale()).isEmpty();
        assertThat(isCacheThere()).isTrue();
    }

    @Test
    void otherTimesOfTheSameFilesKeepIt() throws Exception {
        start();
        Files.setLastModifiedTime(home.resolve(API), FileTime.from(Instant.parse("2027-01-01T00:00:00Z")));

        assertThat(new BundleCache(home, karaf).removeIfStale()).isEmpty();
        assertThat(isCacheThere()).isTrue();
    }

    @Test
    void aBundleOfTheSameVersionLengthAndTimeWithOtherContentsRemovesIt() throws Exception {
        start();
        long length = Files.size(home.resolve(API));
        jar(home.resolve(API), "two");
        assertThat(Files.size(home.resolve(API))).isEqualTo(length);

        assertThat(new BundleCache(home, karaf).removeIfStale()).hasValueSatisfying(line -> assertThat(line)
                .contains(karaf.resolve("cache").toString())
                .contains("(" + API + ")"));
        assertThat(isCacheThere()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "etc/startup.properties",
                "etc/org.apache.karaf.features.cfg",
                "system/io/plinth/plinth-features/0.1.0/plinth-features-0.1.0-features.xml",
                "system/org/new/1/new-1.jar"
            })
    void anythingElseThatDecidesAboutBundlesRemovesIt(String name) throws Exception {
        start();
        write(home, name, "another");

        assertThat(new BundleCache(home, karaf).removeIfStale())
                .hasValueSatisfying(line -> assertThat(line).contains(name));
        assertThat(isCacheThere()).isFalse();
    }

    @Test
    void aBundleThatIsGoneRemovesIt() throws Exception {
        start();
        Files.delete(home.resolve("system/org/other/1/other-1.jar"));

        assertThat(new BundleCache(home, karaf).removeIfStale()).isPresent();
        assertThat(isCacheThere()).isFalse();
    }

    @Test
    void theSameDistributionInAnotherPlaceRemovesIt() throws Exception {
        start();
        Path elsewhere = temporary.resolve("moved");
        Files.move(home, elsewhere);

        assertThat(new BundleCache(elsewhere, karaf).removeIfStale())
                .hasValueSatisfying(line -> assertThat(line).contains(elsewhere.toString()));
        assertThat(isCacheThere()).isFalse();
    }

    @Test
    void whatIsBesideTheCacheStays() throws Exception {
        start();
        write(karaf, "instances/instance.properties", "kept");
        jar(home.resolve(API), "two");

        new BundleCache(home, karaf).removeIfStale();

        assertThat(karaf.resolve("instances/instance.properties")).exists();
    }

    @Test
    void aCacheThatWasNotFilledToItsEndIsRemoved() throws Exception {
        BundleCache killed = new BundleCache(home, karaf);
        killed.removeIfStale();
        write(karaf, "cache/bundle1/bundle.info", "half");

        assertThat(new BundleCache(home, karaf).removeIfStale())
                .hasValueSatisfying(line -> assertThat(line).contains("not filled to its end"));
        assertThat(isCacheThere()).isFalse();
    }

    @Test
    void aRemovalThatEndedHalfWayIsEndedByTheNextStart() throws Exception {
        start();
        Path left = write(karaf, "cache/bundle2/bundle.info", "left");
        jar(home.resolve(API), "two");
        BundleCache killed = new BundleCache(home, karaf, folder -> {
            Files.delete(karaf.resolve("cache/bundle1/version0.0/bundle.jar"));
            throw new IOException("killed");
        });
        assertThatThrownBy(killed::removeIfStale)
                .isInstanceOf(StartupException.class)
                .hasMessageContaining(karaf.resolve("cache").toString())
                .hasMessageContaining("Remove it by hand");
        assertThat(left).exists();

        // Not even the distribution of before may take what is left for whole.
        jar(home.resolve(API), "one");
        assertThat(new BundleCache(home, karaf).removeIfStale()).isPresent();
        assertThat(karaf.resolve("cache")).doesNotExist();
    }

    @Test
    void aNoteThatCannotBeUnderstoodCountsAsNone() throws Exception {
        start();
        write(karaf, "distribution", "?");

        assertThat(new BundleCache(home, karaf).removeIfStale()).isPresent();
        assertThat(isCacheThere()).isFalse();
    }

    @Test
    void aDistributionWithoutBundlesIsSaid() {
        assertThatThrownBy(() -> new BundleCache(temporary.resolve("nowhere"), karaf))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining(temporary.resolve("nowhere").toString());
    }
}
