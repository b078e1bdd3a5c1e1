package io.plinth.hotdeploy.internal.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plinth.hotdeploy.internal.pack.DesiredState.Choice;
import io.plinth.hotdeploy.internal.pack.DesiredState.SetAside;
import io.plinth.hotdeploy.internal.pack.DesiredState.Slot;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DesiredStateTest {
    private static final Choice ONE = new Choice("1.0.0", "aa", true);
    private static final Choice TWO = new Choice("2.0.0", "bb", false);

    @TempDir
    Path folder;

    private DesiredState open() throws IOException {
        return new DesiredState(folder.resolve("state.json"));
    }

    @Test
    void beginsEmpty() throws Exception {
        assertThat(open().slots()).isEmpty();
        assertThat(open().digests()).isEmpty();
    }

    @Test
    void whatWasChangedIsThereAfterARestart() throws Exception {
        DesiredState state = open();
        state.change("users", slot -> slot.with(ONE, null, "2026-11-23T10:00:00Z"));
        state.change("users", slot -> slot.with(TWO, slot.active(), "2026-11-23T11:00:00Z"));
        state.change(
                "orders",
                slot -> new Slot(
                        null,
                        null,
                        null,
                        "1.0.0",
                        List.of(new SetAside(new Choice("3.0.0", "cc", false), "it hangs"))));
        assertThat(open().slots()).isEqualTo(state.slots());
        Slot users = open().slot("users").orElseThrow();
        assertThat(users.active()).isEqualTo(TWO);
        assertThat(users.previous()).isEqualTo(ONE);
        assertThat(open().digests()).isEqualTo(Set.of("aa", "bb", "cc"));
    }

    @Test
    void aChangeThatCannotBeWrittenIsNotMade() throws Exception {
        DesiredState state = open();
        state.change("users", slot -> slot.with(ONE, null, "2026-11-23T10:00:00Z"));
        Files.createDirectories(folder.resolve("state.json.next/in the way"));
        assertThatThrownBy(() -> state.change("users", slot -> slot.with(TWO, ONE, "later")))
                .isInstanceOf(IOException.class);
        assertThat(state.slot("users").orElseThrow().active()).isEqualTo(ONE);
        assertThat(open().slot("users").orElseThrow().active()).isEqualTo(ONE);
    }

    @Test
    void keepsThePackagesThatAreNeeded() throws Exception {
        PackageFolder packages = new PackageFolder(folder.resolve("packages"));
        CapabilityPackage one = receive(packages, "1.0.0");
        CapabilityPackage two = receive(packages, "2.0.0");
        packages.release(one.sha256());
        packages.retain(Set.of());
        assertThat(two.file()).as("still held").exists();
        assertThat(one.file()).doesNotExist();
        packages.release(two.sha256());
        packages.retain(Set.of(two.sha256()));
        assertThat(packages.open(two.sha256())).isEqualTo(two);
        assertThatThrownBy(() -> packages.open(one.sha256()))
                .isInstanceOf(PackageRefusedException.class)
                .hasMessageContaining("is missing");
    }

    @Test
    void noticesAPackageThatWasChangedOnTheDisk() throws Exception {
        PackageFolder packages = new PackageFolder(folder.resolve("packages"));
        CapabilityPackage one = receive(packages, "1.0.0");
        Jars.capability("orders", "1.0.1").in(folder, "other.jar");
        Files.copy(folder.resolve("other.jar"), one.file(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> packages.open(one.sha256()))
                .isInstanceOf(PackageRefusedException.class)
                .hasMessageContaining("was changed on the disk");
    }

    @Test
    void refusesWhatIsTooLongAndLeavesNothing() throws Exception {
        PackageFolder packages = new PackageFolder(folder.resolve("packages"));
        byte[] bytes = Jars.capability("orders", "1.0.0").bytes();
        assertThatThrownBy(() -> packages.receive(new ByteArrayInputStream(bytes), bytes.length - 1L, file -> {}))
                .isInstanceOf(PackageRefusedException.class)
                .hasMessageContaining("larger than");
        assertThat(folder.resolve("packages")).isEmptyDirectory();
    }

    private static CapabilityPackage receive(PackageFolder packages, String version) throws Exception {
        byte[] bytes = Jars.capability("orders", version).bytes();
        return packages.receive(new ByteArrayInputStream(bytes), bytes.length, file -> {});
    }
}
