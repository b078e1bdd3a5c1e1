package io.plinth.hotdeploy.internal.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plinth.hotdeploy.internal.services.Sandbox.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceEvent;

/** The instants between reading the active version and counting a call in. */
class SlotTest {
    private Sandbox sandbox;
    private Slot slot;
    private Version first;
    private ProviderVersion second;

    @BeforeEach
    void start(@TempDir Path storage) throws Exception {
        sandbox = new Sandbox(storage);
        slot = new Slot(Sandbox.SLOT, sandbox.platform, 0);
        first = sandbox.version("1.0.0");
        first.register(() -> "one");
        Version other = sandbox.version("2.0.0");
        other.register(() -> "two");
        second = new ProviderVersion(slot, other.bundle());
        second.appeared(other.services().get(0));
    }

    @AfterEach
    void stop() throws Exception {
        sandbox.stop();
    }

    @Test
    void aCallDoesNotEnterAVersionThatIsSwitchedOffBeforeItIsCounted() {
        int[] inFlightWhenSwitchedOff = {-1};
        ProviderVersion version = new Interrupted(slot, first.bundle()) {
            @Override
            void interrupt() {
                slot.activate(second);
                inFlightWhenSwitchedOff[0] = inFlight();
            }
        };
        version.appeared(first.services().get(0));
        slot.activate(version);

        Slot.Call call = slot.reach(export());

        // With nothing in flight, the version may be stopped from here on.
        assertThat(inFlightWhenSwitchedOff[0]).isZero();
        assertThat(call.version()).isSameAs(second);
        assertThat(version.inFlight()).isZero();
        assertThat(second.inFlight()).isEqualTo(1);
    }

    @Test
    void aVersionThatWasRemovedDoesNotBecomeActive() {
        Export export = export();
        second.close();

        slot.activate(second);

        assertThatThrownBy(() -> slot.reach(export)).hasMessageContaining("not available");
        assertThat(slot.isActive(second)).as("held by the slot").isFalse();
    }

    /** An interface that comes in another class space with the next version: consumers are bound to the one before. */
    @Test
    void whatOnlyTheVersionBeforeCanAnswerItAnswersUntilItsUsersHaveLetGo() throws Exception {
        ProviderVersion before = new ProviderVersion(slot, first.bundle());
        before.appeared(first.services().get(0));
        slot.activate(before);
        Export export = new Export(slot, before.offers().keySet().iterator().next(), sandbox.platform);
        List<ProviderVersion> answered = new ArrayList<>();
        sandbox.platform.addServiceListener(event -> {
            if (event.getType() == ServiceEvent.UNREGISTERING
                    && event.getServiceReference().getProperty(Export.PROXY_OF) != null) {
                Slot.Call call = slot.reach(export);
                answered.add(call.version());
                call.version().leave();
            }
        });

        slot.activate(new ProviderVersion(slot, sandbox.version("3.0.0").bundle()));

        assertThat(answered).containsExactly(before);
        assertThat(before.inFlight()).isZero();
        assertThatThrownBy(() -> slot.reach(export)).hasMessageContaining("not available");
        assertThat(before.inFlight()).as("may be stopped from here on").isZero();
    }

    private Export export() {
        ExportKey key = second.offers().keySet().iterator().next();
        return new Export(slot, key, sandbox.platform);
    }

    /** A version that something happens to just before a call is counted in. */
    private abstract static class Interrupted extends ProviderVersion {
        private boolean entered;

        Interrupted(Slot slot, Bundle provider) {
            super(slot, provider);
        }

        abstract void interrupt();

        @Override
        void enter() {
            if (!entered) {
                entered = true;
                interrupt();
            }
            super.enter();
        }
    }
}
