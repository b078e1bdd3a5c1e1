package io.plinth.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataFolderTest {
    @TempDir
    Path temporary;

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    /** Another server: locks the folder, says so, and holds it until its input ends. */
    static final class Holder {
        public static void main(String[] arguments) throws Exception {
            try (DataFolder held = DataFolder.lock(Path.of(arguments[0]))) {
                System.out.println(held.path());
                System.out.flush();
                while (System.in.read() >= 0) {
                    continue;
                }
            }
        }
    }

    private static Process hold(Path folder) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(process.inputReader(UTF_8).readLine()).isEqualTo(folder.toString());
        return process;
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void whatItMakesIsForItsOwnerAlone() throws Exception {
        Path folder = temporary.resolve("deep").resolve("data");
        try (DataFolder data = DataFolder.lock(folder)) {
            assertThat(data.path()).isEqualTo(folder);
            for (String made : new String[] {"", "logs", "secrets", "karaf", "karaf/tmp"}) {
                assertThat(mode(folder.resolve(made))).as(made).isEqualTo("rwx------");
            }
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void insideAnOpenFolderTheNewOnesAreStillClosed() throws Exception {
        Path folder = Files.createDirectory(
                temporary.resolve("data"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        try (DataFolder data = DataFolder.lock(folder)) {
            assertThat(mode(data.path().resolve("karaf"))).isEqualTo("rwx------");
            assertThat(mode(data.path().resolve("secrets"))).isEqualTo("rwx------");
        }
    }

    @Test
    void namesItsProcessWhileItIsHeld() throws Exception {
        Path folder = temporary.resolve("data");
        try (DataFolder data = DataFolder.lock(folder)) {
            assertThat(data.path().resolve("plinth.pid"))
                    .hasContent(Long.toString(ProcessHandle.current().pid()));
        }
        assertThat(folder.resolve("plinth.pid")).doesNotExist();
        DataFolder.lock(folder).close();
    }

    @Test
    void aSecondServerIsRefusedNamingTheProcessOfTheFirst() throws Exception {
        Path folder = temporary.resolve("data");
        Process first = hold(folder);
        try {
            assertThatThrownBy(() -> DataFolder.lock(folder))
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("process " + first.pid() + ")")
                    .hasMessageContaining(folder.toString())
                    .hasMessageContaining("PLINTH_DATA");
            assertThat(folder.resolve("plinth.pid")).hasContent(Long.toString(first.pid()));
        } finally {
            first.getOutputStream().close();
            first.waitFor();
        }
        DataFolder.lock(folder).close();
    }

    @Test
    void aServerThatWasKilledLeavesNoLock() throws Exception {
        Path folder = temporary.resolve("data");
        Process first = hold(folder);
        first.destroyForcibly().waitFor();
        assertThat(folder.resolve("plinth.pid")).exists();

        try (DataFolder data = DataFolder.lock(folder)) {
            assertThat(data.path().resolve("plinth.pid"))
                    .hasContent(Long.toString(ProcessHandle.current().pid()));
        }
    }

    @Test
    void aSecondLockInTheSameProcessIsRefused() throws Exception {
        Path folder = temporary.resolve("data");
        try (DataFolder data = DataFolder.lock(folder)) {
            assertThatThrownBy(() -> DataFolder.lock(data.path())).isInstanceOf(StartupException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "logs", "secrets", "karaf", "karaf/tmp"})
    void aFileWhereAFolderMustBeIsSaid(String place) throws Exception {
        Path folder = temporary.resolve("data");
        Path file = folder.resolve(place);
        Files.createDirectories(file.getParent());
        Files.createFile(file);

        assertThatThrownBy(() -> DataFolder.lock(folder))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("is a file")
                .hasMessageContaining("PLINTH_DATA");
    }

    @Test
    void aFolderBelowAFileIsRefused() throws Exception {
        Path file = Files.createFile(temporary.resolve("file"));
        assertThatThrownBy(() -> DataFolder.lock(file.resolve("data")))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining(file.resolve("data").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"r-x------", "-wx------", "---------"})
    @DisabledOnOs(OS.WINDOWS)
    void aFolderWithoutPermissionIsRefused(String mode) throws Exception {
        assumeFalse("root".equals(System.getProperty("user.name")), "root may do everything");
        Path folder = Files.createDirectory(temporary.resolve("data"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(mode));
        try {
            assertThatThrownBy(() -> DataFolder.lock(folder))
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining(folder.toString())
                    .hasMessageContaining("permission");
        } finally {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
    }
}
