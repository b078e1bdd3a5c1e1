package io.plinth.security.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSecretsTest {
    @TempDir
    Path data;

    private FileSecrets secrets(Map<String, String> environment) {
        return new FileSecrets(data.resolve("secrets"), environment::get);
    }

    @Test
    void makesASecretOnceAndKeepsItPrivate() throws Exception {
        String secret = secrets(Map.of()).get("client-secret");

        assertThat(secret).matches("[A-Za-z0-9_-]{43}");
        assertThat(secrets(Map.of()).get("client-secret")).isEqualTo(secret);
        assertThat(mode("secrets/client-secret")).isEqualTo("rw-------");
        assertThat(mode("secrets")).isEqualTo("rwx------");
        assertThat(data.resolve("secrets")).isDirectoryContaining("glob:**/client-secret");
        assertThat(data.resolve("secrets").toFile().list()).hasSize(1);
    }

    @Test
    void thePasswordOfTheAdminCanBeTyped() {
        assertThat(secrets(Map.of()).get("admin-password")).matches("([0-9a-hjkmnp-tv-z]{4}-){4}[0-9a-hjkmnp-tv-z]{4}");
    }

    @Test
    void theEnvironmentWinsAndIsNotWritten() {
        FileSecrets secrets = secrets(Map.of("PLINTH_ADMIN_PASSWORD", "from outside", "PLINTH_CLIENT_SECRET", ""));

        assertThat(secrets.get("admin-password")).isEqualTo("from outside");
        assertThat(secrets.given("admin-password")).contains("from outside");
        assertThat(data.resolve("secrets")).doesNotExist();
        assertThat(secrets.given("client-secret")).as("set to nothing").isEmpty();
    }

    @Test
    void tightensAFileThatOthersCanRead() throws Exception {
        Files.createDirectories(data.resolve("secrets"));
        Path file = Files.writeString(data.resolve("secrets/db-password"), "by hand\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(secrets(Map.of()).get("db-password")).isEqualTo("by hand");
        assertThat(mode("secrets/db-password")).isEqualTo("rw-------");
    }

    @Test
    void namesTheFileThatCannotBeRead() throws Exception {
        Files.createDirectories(data.resolve("secrets/client-secret"));
        assertThatThrownBy(() -> secrets(Map.of()).get("client-secret"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(data.resolve("secrets/client-secret").toString());

        Files.createFile(data.resolve("secrets/admin-password"));
        assertThatThrownBy(() -> secrets(Map.of()).get("admin-password"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("admin-password")
                .hasMessageContaining("empty");
    }

    @Test
    void aNameIsNoPath() {
        for (String name : new String[] {"../x", "a/b", "", "A", "a--b", "x".repeat(65)}) {
            assertThatThrownBy(() -> secrets(Map.of()).get(name)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private String mode(String path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve(path)));
    }
}
