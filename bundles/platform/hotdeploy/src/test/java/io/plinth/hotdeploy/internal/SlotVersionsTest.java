package io.plinth.hotdeploy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.capability.Capabilities.CapabilityVersion;
import io.plinth.capability.Capabilities.State;
import io.plinth.gateway.RequestRouter.Target;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Version;

class SlotVersionsTest {
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final String SLOT = "users";

    private final SlotVersions versions = new SlotVersions(Clock.fixed(NOW, ZoneOffset.UTC));
    private final List<String> switches = new ArrayList<>();
    private String routed = "";

    SlotVersionsTest() {
        versions.report(new SlotVersions.Switches() {
            @Override
            public void activated(SlotVersion version) {
                switches.add(version.toString());
            }

            @Override
            public void deactivated(String slot) {
                switches.add("none");
            }
        });
    }

    private SlotVersion add(String number) {
        Target target = FakeOsgi.proxy(Target.class, (proxy, called, arguments) -> {
            switch (called.getName()) {
                case "activate" -> routed = number;
                case "deactivate" -> routed = routed.equals(number) ? "" : routed;
                default -> throw new UnsupportedOperationException(called.toString());
            }
            return null;
        });
        CapabilityManifest manifest =
                new CapabilityManifest(SLOT, Set.of("/api/v1/users"), Optional.empty(), false, 0, List.of());
        SlotVersion version = new SlotVersion(manifest, new FakeOsgi(number).bundle(), target);
        versions.add(version);
        return version;
    }

    private SlotVersion ready(String number) {
        SlotVersion version = add(number);
        makeReady(version);
        return version;
    }

    private void makeReady(SlotVersion version) {
        versions.ready(version, versions.claim(version, 0));
    }

    @Test
    void theFirstThatIsReadyServes() {
        SlotVersion one = ready("1.0.0");
        assertThat(one.state()).isEqualTo(State.ACTIVE);
        assertThat(one.since()).isEqualTo(NOW);
        assertThat(routed).isEqualTo("1.0.0");
        assertThat(switches).containsExactly("users 1.0.0");
    }

    @Test
    void isClaimedOnceAndOnlyWhenItsResourcesAreComplete() {
        SlotVersion one = add("1.0.0");
        assertThat(versions.claim(one, 1)).isZero();
        long claim = versions.claim(one, 0);
        assertThat(claim).isPositive();
        assertThat(versions.claim(one, 0)).isZero();
    }

    @Test
    void anAnswerToAnEarlierClaimIsNotTaken() {
        SlotVersion one = add("1.0.0");
        long first = versions.claim(one, 0);
        versions.unclaim(one, "its resources restart");
        long second = versions.claim(one, 0);
        versions.ready(one, first);
        assertThat(one.state()).isEqualTo(State.STARTING);
        versions.ready(one, second);
        assertThat(one.state()).isEqualTo(State.ACTIVE);
    }

    @Test
    void aHigherVersionTakesOverAndALowerOneStandsBy() {
        SlotVersion two = ready("2.0.0");
        SlotVersion one = ready("1.0.0");
        SlotVersion three = ready("3.0.0");
        assertThat(one.state()).isEqualTo(State.STANDBY);
        assertThat(two.state()).isEqualTo(State.STANDBY);
        assertThat(three.state()).isEqualTo(State.ACTIVE);
        assertThat(routed).isEqualTo("3.0.0");
    }

    @Test
    void inAHeldSlotAnOperationDecides() {
        SlotVersion one = ready("1.0.0");
        versions.hold(SLOT);
        SlotVersion two = ready("2.0.0");
        assertThat(two.state()).isEqualTo(State.STANDBY);
        assertThat(routed).isEqualTo("1.0.0");
        assertThat(versions.activate(two)).isTrue();
        assertThat(one.state()).isEqualTo(State.STANDBY);
        assertThat(routed).isEqualTo("2.0.0");
        versions.release(SLOT);
        assertThat(routed).isEqualTo("2.0.0");
    }

    /** A change of the configuration restarts the resources of both versions. */
    @Test
    void inAHeldSlotTheOneThatServedComesBack() {
        versions.prefer(SLOT, new Version("1.0.0"));
        SlotVersion one = ready("1.0.0");
        versions.hold(SLOT);
        SlotVersion two = ready("2.0.0");
        assertThat(versions.retiring(one, "its resources restart")).isTrue();
        versions.retired(one, "its resources restart");
        assertThat(routed).isEqualTo("2.0.0");
        makeReady(one);
        assertThat(routed).isEqualTo("1.0.0");
        assertThat(two.state()).isEqualTo(State.STANDBY);
    }

    @Test
    void aHeldSlotWithoutAnyVersionWaitsForTheOperation() {
        versions.hold(SLOT);
        SlotVersion one = ready("1.0.0");
        assertThat(one.state()).isEqualTo(State.STANDBY);
        versions.activate(one);
        assertThat(routed).isEqualTo("1.0.0");
    }

    @Test
    void thePreferredVersionServesThoughAHigherOneIsThere() {
        SlotVersion two = ready("2.0.0");
        versions.prefer(SLOT, new Version("1.0.0"));
        SlotVersion one = ready("1.0.0");
        assertThat(one.state()).isEqualTo(State.ACTIVE);
        assertThat(versions.retiring(one, "its resources restart")).isTrue();
        assertThat(routed).as("the other one helps out").isEqualTo("2.0.0");
        versions.retired(one, "its resources restart");
        makeReady(one);
        assertThat(routed).as("and gives back").isEqualTo("1.0.0");
        assertThat(two.state()).isEqualTo(State.STANDBY);
    }

    @Test
    void aVersionThatIsNotReadyGetsNoTraffic() {
        SlotVersion one = ready("1.0.0");
        SlotVersion two = add("2.0.0");
        assertThat(versions.activate(two)).isFalse();
        assertThat(versions.activate(one)).isTrue();
        assertThat(routed).isEqualTo("1.0.0");
    }

    @Test
    void withoutAnotherVersionNobodyServes() {
        SlotVersion one = ready("1.0.0");
        assertThat(versions.retiring(one, "its bundle stops")).isTrue();
        assertThat(versions.retiring(one, "its bundle stops")).as("twice").isFalse();
        assertThat(one.state()).isEqualTo(State.DRAINING);
        assertThat(routed).isEmpty();
        assertThat(switches).containsExactly("users 1.0.0", "none");
        versions.retired(one, "its bundle stops");
        versions.remove(one);
        assertThat(versions.versions()).isEmpty();
    }

    @Test
    void aRemovedOneGivesItsTrafficToNobody() {
        SlotVersion one = ready("1.0.0");
        SlotVersion two = ready("2.0.0");
        versions.withdraw(two, "it is removed");
        assertThat(routed).isEmpty();
        assertThat(one.state()).isEqualTo(State.STANDBY);
    }

    @Test
    void whatIsExpectedIsShownUntilItIsThere() {
        versions.expect(SLOT, "is starting");
        assertThat(versions.versions())
                .containsExactly(new CapabilityVersion(SLOT, "", State.STARTING, "is starting", -1, Set.of()));
        SlotVersion one = ready("1.0.0");
        assertThat(versions.versions()).extracting(CapabilityVersion::version).containsExactly("1.0.0");
        versions.remove(one);
        assertThat(versions.versions()).hasSize(1);
        versions.dismiss(SLOT);
        assertThat(versions.versions()).isEmpty();
    }

    @Test
    void versionsAreListedInOrder() {
        add("1.10.0");
        add("1.9.0");
        add("1.9.0.a");
        assertThat(versions.versions())
                .extracting(CapabilityVersion::version)
                .containsExactly("1.9.0", "1.9.0.a", "1.10.0");
    }

    @Test
    void findsWhoHasAPath() {
        add("1.0.0");
        assertThat(versions.owner(Set.of("/api/v1/users", "/x"), "other")).contains(SLOT);
        assertThat(versions.owner(Set.of("/api/v1/users"), SLOT)).isEmpty();
        assertThat(versions.owner(Set.of("/x"), "other")).isEmpty();
    }

    @Test
    void waitsForAVersionToBeAsWished() throws Exception {
        SlotVersion one = add("1.0.0");
        CompletableFuture<Boolean> waits = CompletableFuture.supplyAsync(() -> {
            try {
                return versions.await(one.bundle(), 30_000, found -> found.filter(SlotVersion::isServing)
                        .isPresent());
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        makeReady(one);
        assertThat(waits.get()).isTrue();
        assertThat(versions.await(one.bundle(), 1, Optional::isEmpty)).isFalse();
    }

    /** Whatever comes and goes: at most one version serves, it is the one that is routed to, and it is ready. */
    @Property
    void oneVersionServesAtMost(@ForAll("steps") List<Integer> steps) {
        SlotVersionsTest slot = new SlotVersionsTest();
        List<SlotVersion> all = List.of(slot.add("1.0.0"), slot.add("2.0.0"), slot.add("3.0.0"));
        boolean wasHeld = false;
        for (int step : steps) {
            wasHeld |= step / 3 == 3;
            SlotVersion version = all.get(step % 3);
            switch (step / 3) {
                case 0 -> slot.makeReady(version);
                case 1 -> {
                    if (slot.versions.retiring(version, "test")) {
                        slot.versions.retired(version, "test");
                    }
                }
                case 2 -> slot.versions.activate(version);
                case 3 -> slot.versions.hold(SLOT);
                case 4 -> slot.versions.release(SLOT);
                default -> slot.versions.prefer(SLOT, version.version());
            }
            List<SlotVersion> serving =
                    all.stream().filter(SlotVersion::isServing).toList();
            assertThat(serving).hasSizeLessThanOrEqualTo(1);
            assertThat(slot.routed)
                    .isEqualTo(serving.isEmpty() ? "" : serving.get(0).version().toString());
            boolean anyReady = all.stream().anyMatch(other -> other.state() == State.STANDBY);
            assertThat(serving.isEmpty() && anyReady && !wasHeld)
                    .as("one is ready, but none serves")
                    .isFalse();
        }
    }

    @Provide
    Arbitrary<List<Integer>> steps() {
        return Arbitraries.integers().between(0, 17).list().ofMaxSize(40);
    }
}
