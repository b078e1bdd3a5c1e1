package io.plinth.itests.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/** What the tests compile is a capability as bnd and a packager would make it. */
class CapabilitySourceTest {
    @Test
    void makesABundleWithComponents() throws IOException {
        Path file = CapabilitySource.greeter("cow", "1.2.3")
                .source("Slow")
                .source("Upload")
                .source("Ticks")
                .source("Later")
                .source("Streaming")
                .source("Notes")
                .source("Watch")
                .source("ThrowsInActivate")
                .source("HangsInActivate", "millis", 1)
                .source("UnhealthyFor", "millis", 1)
                .source("OneInTen", "failsOneIn", 10)
                .source("LeaksThread")
                .source("LeaksThroughStatic")
                .source("ThrowsIfMarked", "marker", "/nowhere")
                .attribute("probe", "/api/v1/cow")
                .resource("db/migration/V1__note.sql", "CREATE TABLE ${name}_note (text VARCHAR(99))")
                .jar();
        try (JarFile jar = new JarFile(file.toFile())) {
            Attributes manifest = jar.getManifest().getMainAttributes();
            assertThat(manifest.getValue("Bundle-SymbolicName")).isEqualTo("org.example.cow");
            assertThat(manifest.getValue("Bundle-Version")).isEqualTo("1.2.3");
            assertThat(manifest.getValue("Plinth-Capability"))
                    .isEqualTo("cow;paths=\"/api/v1/cow\";probe=\"/api/v1/cow\"");
            assertThat(manifest.getValue("Import-Package"))
                    .contains("io.plinth.capability;version=\"[1.0,2)\"")
                    .doesNotContain("java.lang")
                    .doesNotContain("jspecify");
            assertThat(manifest.getValue("Export-Package")).isNull();
            assertThat(manifest.getValue("Service-Component"))
                    .contains("OSGI-INF/org.example.cow.internal.Greeter.xml");
            assertThat(new String(jar.getInputStream(jar.getEntry("db/migration/V1__note.sql"))
                            .readAllBytes()))
                    .isEqualTo("CREATE TABLE cow_note (text VARCHAR(99))");
        }
    }

    @Test
    void compilesAgainstAnotherBundle() throws IOException {
        Path api = CapabilitySource.bundle("org.example.teller.api", "1.0.0")
                .source("Teller")
                .source("TellerPackage", "version", "1.0.0")
                .jar();
        Path provider = CapabilitySource.greeter("teller", "1.0.0")
                .source("TellerService")
                .against(api)
                .jar();
        try (JarFile jar = new JarFile(api.toFile())) {
            assertThat(jar.getManifest().getMainAttributes().getValue("Export-Package"))
                    .contains("org.example.teller;version=\"1.0.0\"");
        }
        try (JarFile jar = new JarFile(provider.toFile())) {
            assertThat(jar.getManifest().getMainAttributes().getValue("Import-Package"))
                    .contains("org.example.teller;version=\"[1.0,1.1)\"");
        }
        try (JarFile kar =
                new JarFile(CapabilitySource.kar("teller", api, provider).toFile())) {
            assertThat(kar.stream().map(entry -> entry.getName()))
                    .containsExactly(
                            "META-INF/MANIFEST.MF",
                            "repository/org.example.teller.api-1.0.0.jar",
                            "repository/org.example.teller-1.0.0.jar");
        }
    }
}
