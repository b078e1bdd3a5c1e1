package io.plinth.itests;

import static io.plinth.itests.harness.CapabilitySource.greeter;
import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.itests.harness.Distribution;
import io.plinth.itests.harness.Eventually;
import io.plinth.itests.harness.Operations;
import io.plinth.itests.harness.PlinthServer;
import io.plinth.itests.harness.Ports;
import io.plinth.itests.harness.ServerLogOnFailure;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A distribution that is built anew has the same versions as before; a server on an old data folder must run the new one. */
@ExtendWith(ServerLogOnFailure.class)
class RebuiltDistributionIT {
    private static final String HEADER = "Plinth-Built";
    private static final Duration CACHE_LIMIT = Duration.ofSeconds(60);

    @Test
    void itsBundlesAreTaken() throws IOException {
        Distribution distribution = Distribution.withOwnBundles("rebuilt");
        Path data = Distribution.freshFolder("rebuilt-data");
        Ports ports = Ports.free();
        try (PlinthServer server = start(distribution, data, ports)) {
            new Operations(server).installed(greeter("kept", "1.0.0"));
            assertThat(header(server)).doesNotContain(HEADER);
            assertThat(saidOfCache(server)).isEmpty();
        }
        buildAgain(distribution.file("io.plinth.shell-", ".jar"));
        try (PlinthServer server = start(distribution, data, ports)) {
            assertThat(saidOfCache(server)).singleElement().satisfies(line -> assertThat(line)
                    .contains(data.resolve("karaf/cache").toString())
                    .contains("io.plinth.shell-"));
            assertThat(header(server)).contains(HEADER);
            // What is wished does not lie in the cache.
            new Operations(server).assertServes("kept", "1.0.0");
        }
        // The control: nothing has changed, so nothing is made anew.
        Path mark = Files.createFile(data.resolve("karaf/cache/mark"));
        try (PlinthServer server = start(distribution, data, ports)) {
            assertThat(saidOfCache(server)).isEmpty();
            assertThat(mark).exists();
            assertThat(header(server)).contains(HEADER);
        }
    }

    @Test
    void aFirstStartThatWasKilledIsBegunAnew() {
        Path data = Distribution.freshFolder("half");
        Ports ports = Ports.free();
        try (PlinthServer server = PlinthServer.launch(data, ports, Map.of())) {
            Eventually.within(CACHE_LIMIT, () -> assertThat(data.resolve("karaf/cache/bundle15"))
                    .exists());
            server.kill();
        }
        assertThat(data.resolve("karaf/distribution")).doesNotExist();
        try (PlinthServer server = PlinthServer.start(data, ports, Map.of())) {
            assertThat(saidOfCache(server)).singleElement().satisfies(line -> assertThat(line)
                    .contains("not filled to its end"));
            assertThat(server.http().get("/api/v1/example").send().status()).isEqualTo(200);
        }
    }

    private static PlinthServer start(Distribution distribution, Path data, Ports ports) {
        return PlinthServer.launch(distribution, data, ports, Map.of()).awaitReady();
    }

    private static List<String> saidOfCache(PlinthServer server) {
        return server.output().stream()
                .filter(line -> line.contains("bundle cache"))
                .toList();
    }

    private static String header(PlinthServer server) {
        return server.plinth("console", "bundle:headers io.plinth.shell").output();
    }

    /** The same bundle and version, with one more header. */
    private static void buildAgain(Path jar) throws IOException {
        Path again = jar.resolveSibling("again");
        try (JarFile source = new JarFile(jar.toFile())) {
            Manifest manifest = source.getManifest();
            manifest.getMainAttributes().putValue(HEADER, "again");
            try (OutputStream out = Files.newOutputStream(again);
                    JarOutputStream target = new JarOutputStream(out, manifest)) {
                for (JarEntry entry : Collections.list(source.entries())) {
                    if (!entry.getName().equals(JarFile.MANIFEST_NAME)) {
                        target.putNextEntry(new JarEntry(entry.getName()));
                        source.getInputStream(entry).transferTo(target);
                    }
                }
            }
        }
        Files.delete(jar);
        Files.move(again, jar);
    }
}
