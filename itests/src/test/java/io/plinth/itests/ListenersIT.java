package io.plinth.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.plinth.itests.harness.Listeners;
import io.plinth.itests.harness.OnSharedServer;
import io.plinth.itests.harness.PlinthServer;
import io.plinth.itests.harness.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The five ports of the contract are all that listens, each where it should. */
@OnSharedServer
class ListenersIT {
    private final PlinthServer server;

    ListenersIT(PlinthServer server) {
        this.server = server;
    }

    @Test
    void onlyTheFivePorts() throws IOException {
        assumeTrue(Files.isReadable(Path.of("/proc/net/tcp")), "LEFT OUT: only Linux tells who listens in /proc");
        Ports ports = server.ports();
        Listeners listeners = Listeners.of(server);
        assertThat(listeners.loopback())
                .containsExactlyInAnyOrder(ports.http(), ports.ssh(), ports.broker(), ports.database());
        assertThat(listeners.everywhere()).containsExactly(ports.https());
    }
}
