package io.plinth.hotdeploy.internal.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the JDK's own keytool and jarsigner, as {@code plinth sign} uses them. */
class PackageSignatureTest {
    private static final String PASSWORD = "a password of this test";

    @TempDir
    Path data;

    private PackageSignature signature;

    @BeforeEach
    void makeKey() throws Exception {
        Files.createDirectories(data.resolve("secrets"));
        Files.writeString(data.resolve("secrets/package-key-password"), PASSWORD);
        makeKey(data.resolve("secrets/package-key.p12"));
        signature = new PackageSignature(data);
    }

    private static void makeKey(Path store) throws Exception {
        run(List.of(
                "keytool",
                "-genkeypair",
                "-alias",
                "plinth",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=Test",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD));
    }

    private static void run(List<String> command) throws Exception {
        List<String> full = new java.util.ArrayList<>(command);
        full.set(
                0,
                Path.of(System.getProperty("java.home"), "bin", command.get(0)).toString());
        Process process = new ProcessBuilder(full).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(output).isZero();
    }

    private Path signed(Path store) throws Exception {
        Path jar = Jars.capability("orders", "1.0.0").in(data, "orders.jar");
        run(List.of(
                "jarsigner",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD,
                "-sigfile",
                "PLINTH",
                jar.toString(),
                "plinth"));
        return jar;
    }

    private static void change(Path jar, String entry, String text) throws Exception {
        try (FileSystem zip = FileSystems.newFileSystem(URI.create("jar:" + jar.toUri()), Map.of("create", "false"))) {
            Files.writeString(zip.getPath(entry), text);
        }
    }

    @Test
    void takesWhatTheServersOwnKeySigned() throws Exception {
        signature.check(signed(data.resolve("secrets/package-key.p12")));
    }

    @Test
    void refusesWhatIsNotSigned() throws Exception {
        Path jar = Jars.capability("orders", "1.0.0").in(data, "orders.jar");
        assertThatThrownBy(() -> signature.check(jar))
                .isInstanceOf(PackageRefusedException.class)
                .hasMessageContaining("not signed")
                .hasMessageContaining("plinth sign");
    }

    @Test
    void refusesWhatWasChangedOrAddedAfterwards() throws Exception {
        Path changed = signed(data.resolve("secrets/package-key.p12"));
        change(changed, "/com/acme/Text.txt", "other text");
        assertThatThrownBy(() -> signature.check(changed))
                .isInstanceOf(PackageRefusedException.class)
                .hasMessageContaining("changed after it was signed");
        Path added = signed(data.resolve("secrets/package-key.p12"));
        change(added, "/com/acme/More.txt", "more");
        assertThatThrownBy(() -> signature.check(added))
                .isInstanceOf(PackageRefusedException.class)
                .hasMessageContaining("com/acme/More.txt");
        Path hidden = signed(data.resolve("secrets/package-key.p12"));
        change(hidden, "/META-INF/persistence.xml", "<x/>");
        assertThatThrownBy(() -> signature.check(hidden)).isInstanceOf(PackageRefusedException.class);
    }

    @Test
    void takesAnotherKeyOnlyOnceItIsTrusted() throws Exception {
        Path foreign = data.resolve("foreign.p12");
        makeKey(foreign);
        Path jar = signed(foreign);
        assertThatThrownBy(() -> signature.check(jar))
                .isInstanceOf(PackageRefusedException.class)
                .hasMessageContaining("by no key that this server trusts");

        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(foreign)) {
            store.load(in, PASSWORD.toCharArray());
        }
        Files.createDirectories(data.resolve("trusted-signers"));
        Files.writeString(
                data.resolve("trusted-signers/acme.pem"),
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(store.getCertificate("plinth").getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
        signature.check(jar);
    }

    @Test
    void withoutAnyKeyNothingIsTrusted() throws Exception {
        Path jar = signed(data.resolve("secrets/package-key.p12"));
        Files.delete(data.resolve("secrets/package-key.p12"));
        assertThatThrownBy(() -> signature.check(jar)).isInstanceOf(PackageRefusedException.class);
    }
}
