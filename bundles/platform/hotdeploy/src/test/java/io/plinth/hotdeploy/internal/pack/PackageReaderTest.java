package io.plinth.hotdeploy.internal.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plinth.hotdeploy.internal.pack.CapabilityPackage.Part;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.osgi.framework.Version;

class PackageReaderTest {
    @TempDir
    Path folder;

    @Test
    void readsABundle() throws Exception {
        CapabilityPackage read = PackageReader.read(Jars.capability("orders", "1.2.0")
                .entry("db/migration/V1__orders.sql", "CREATE TABLE orders (id INT)")
                .entry("db/migration/deeper/V2__no.sql", "not read")
                .in(folder, "orders.jar"));
        assertThat(read.name()).isEqualTo("orders");
        assertThat(read.version()).isEqualTo(new Version("1.2.0"));
        assertThat(read.symbolicName()).isEqualTo("com.acme.orders");
        assertThat(read.bundles()).containsExactly(new Part("", "com.acme.orders", new Version("1.2.0")));
        assertThat(read.migrations()).containsExactly(entry("V1__orders.sql", "CREATE TABLE orders (id INT)"));
        assertThat(read.sha256()).hasSize(64);
        assertThat(read.location(read.provider()))
                .startsWith("plinth:orders/1.2.0/" + read.sha256().substring(0, 16));
        assertThat(read.open(read.provider()).readAllBytes()).isEqualTo(Files.readAllBytes(read.file()));
    }

    private static java.util.Map.Entry<String, String> entry(String name, String text) {
        return java.util.Map.entry(name, text);
    }

    @Test
    void readsAKarWithTheProviderLast() throws Exception {
        byte[] api = Jars.bundle("com.acme.orders.api", "1.0.0").bytes();
        Path kar = Jars.empty()
                .entry(
                        "repository/provider.jar",
                        Jars.capability("orders", "1.2.0")
                                .entry("db/migration/V1__orders.sql", "SELECT 1")
                                .bytes())
                .entry("repository/api.jar", api)
                .entry("repository/plain.jar", Jars.empty().bytes())
                .entry("repository/features.xml", "<features/>")
                .in(folder, "orders.kar");
        CapabilityPackage read = PackageReader.read(kar);
        assertThat(read.bundles())
                .extracting(Part::symbolicName)
                .containsExactly("com.acme.orders.api", "com.acme.orders");
        assertThat(read.open(read.bundles().get(0)).readAllBytes()).isEqualTo(api);
        assertThat(read.migrations()).containsOnlyKeys("V1__orders.sql");
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of("no jar or kar", "this is no zip".getBytes(StandardCharsets.UTF_8)),
                Arguments.of(
                        "no bundle with the header",
                        Jars.bundle("com.acme.x", "1.0.0").bytes()),
                Arguments.of("no bundle with the header", Jars.empty().bytes()),
                Arguments.of(
                        "Bundle-ManifestVersion",
                        Jars.capability("x", "1.0.0")
                                .without("Bundle-ManifestVersion")
                                .bytes()),
                Arguments.of("is no version", Jars.capability("x", "one").bytes()),
                Arguments.of(
                        "is a fragment",
                        Jars.capability("x", "1.0.0")
                                .header("Fragment-Host", "io.plinth.api")
                                .bytes()),
                Arguments.of(
                        "native code",
                        Jars.capability("x", "1.0.0")
                                .header("Bundle-NativeCode", "a.so;osname=Linux")
                                .bytes()),
                Arguments.of(
                        "DynamicImport-Package",
                        Jars.capability("x", "1.0.0")
                                .header("DynamicImport-Package", "*")
                                .bytes()),
                Arguments.of(
                        "part of the platform",
                        Jars.capability("x", "1.0.0")
                                .header("Plinth-Capability", "x;part=\"platform\";paths=\"/x\"")
                                .bytes()),
                Arguments.of(
                        "names no path",
                        Jars.capability("x", "1.0.0")
                                .header("Plinth-Capability", "x;events=\"a\";paths=\"\"")
                                .bytes()),
                Arguments.of(
                        "two bundles with the header",
                        Jars.empty()
                                .entry("a.jar", Jars.capability("a", "1.0.0").bytes())
                                .entry("b.jar", Jars.capability("b", "1.0.0").bytes())
                                .bytes()));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void saysWhatIsWrong(String reason, byte[] content) throws Exception {
        Path file = Files.write(folder.resolve("x.jar"), content);
        if (reason.equals("names no path")) {
            assertThatThrownBy(() -> PackageReader.read(file)).isInstanceOf(PackageRefusedException.class);
            return;
        }
        assertThatThrownBy(() -> PackageReader.read(file))
                .isInstanceOf(PackageRefusedException.class)
                .hasMessageContaining(reason);
    }
}
