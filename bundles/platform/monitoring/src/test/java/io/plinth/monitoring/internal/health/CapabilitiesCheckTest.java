package io.plinth.monitoring.internal.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.capability.Capabilities.CapabilityVersion;
import io.plinth.capability.Capabilities.State;
import io.plinth.health.Health;
import io.plinth.monitoring.internal.NameList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CapabilitiesCheckTest {
    private static CapabilityVersion version(String name, String version, State state) {
        return new CapabilityVersion(name, version, state, state == State.ACTIVE ? "" : "why", 1, Set.of());
    }

    private static Health check(boolean isIssuerExternal, CapabilityVersion... versions) {
        CapabilitiesCheck check = new CapabilitiesCheck(NameList.parse("example, issuer"), isIssuerExternal);
        check.setCapabilities(() -> List.of(versions));
        return check.check();
    }

    @Test
    void isDownBeforeAnythingIsPublished() {
        assertThat(new CapabilitiesCheck(Set.of(), false).check().up()).isFalse();
    }

    @Test
    void namesWhatIsMissing() {
        Health health = check(false, version("issuer", "1.0.0", State.STARTING), version("x", "2.0.0", State.STARTING));
        assertThat(health.up()).isFalse();
        assertThat(health.reason())
                .isEqualTo("example is not installed; issuer 1.0.0 is STARTING (why); x 2.0.0 is STARTING (why)");
    }

    @Test
    void isUpWithOneActiveVersionEach() {
        assertThat(check(
                        false,
                        version("example", "1.0.0", State.ACTIVE),
                        version("example", "1.1.0", State.STARTING),
                        version("issuer", "1.0.0", State.ACTIVE)))
                .isEqualTo(Health.UP);
    }

    @Test
    void expectsNoIssuerBesideAnExternalOne() {
        CapabilityVersion example = version("example", "1.0.0", State.ACTIVE);
        assertThat(check(true, example)).isEqualTo(Health.UP);
        assertThat(check(false, example).up()).isFalse();
    }
}
