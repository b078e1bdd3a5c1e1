package io.plinth.gateway.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plinth.gateway.RequestRouter.Lease;
import io.plinth.gateway.RequestRouter.Parked;
import io.plinth.gateway.RequestRouter.Registration;
import io.plinth.gateway.RequestRouter.Statistics;
import io.plinth.gateway.RequestRouter.Target;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlotRouterTest {
    private final SlotRouter router = booted();

    private static SlotRouter booted() {
        SlotRouter router = new SlotRouter(FakeConfig.small());
        router.bootFinished();
        return router;
    }

    private static Registration version(String slot, String version, String... paths) {
        return new Registration(slot, version, "/slots/" + slot + "/" + version, Set.of(paths), 0);
    }

    private Lease acquire(String path) {
        return router.acquire(path, SlotRouterTest::nobody);
    }

    private static String nobody() {
        throw new AssertionError("nobody asks for the caller without a canary");
    }

    private Target active(String slot, String version, String... paths) {
        Target target = router.add(version(slot, version, paths));
        target.activate();
        return target;
    }

    private String slotOf(String path) {
        Lease lease = acquire(path);
        if (lease == null) {
            return "none";
        }
        lease.completed(200, 1);
        return lease.slot();
    }

    @Test
    void theLongestPrefixBySegmentsServes() {
        active("all", "1.0.0", "/api");
        active("users", "1.0.0", "/api/v1/users", "/me");
        active("avatars", "1.0.0", "/api/v1/users/avatars");

        assertThat(slotOf("/api/v1/users")).isEqualTo("users");
        assertThat(slotOf("/api/v1/users/")).isEqualTo("users");
        assertThat(slotOf("/api/v1/users/7/x")).isEqualTo("users");
        assertThat(slotOf("/me")).isEqualTo("users");
        assertThat(slotOf("/api/v1/users/avatars/7")).isEqualTo("avatars");
        assertThat(slotOf("/api/v1/users/avatarsandmore")).isEqualTo("users");
        assertThat(slotOf("/api/v1/usersandmore")).isEqualTo("all");
        assertThat(slotOf("/api")).isEqualTo("all");
    }

    @Test
    void whatNobodyClaimsIsUnknown() {
        active("users", "1.0.0", "/api/v1/users");
        for (String path : List.of("/", "", "/api", "/api/v1", "/API/V1/USERS", "/x/api/v1/users", "api")) {
            assertThat(acquire(path)).as(path).isNull();
            assertThat(router.isKnown(path)).as(path).isFalse();
        }
    }

    @Property(tries = 300)
    void findsWhatASearchOfAllPrefixesFinds(@ForAll("paths") Set<String> claimed, @ForAll("paths") Set<String> asked) {
        SlotRouter routes = booted();
        Map<String, String> slots = new HashMap<>();
        for (String path : claimed) {
            String slot = "slot" + slots.size();
            slots.put(path, slot);
            routes.add(version(slot, "1.0.0", path)).activate();
        }
        for (String path : asked) {
            String expected = claimed.stream()
                    .filter(prefix -> (path + "/").startsWith(prefix + "/"))
                    .max(Comparator.comparing(String::length))
                    .map(slots::get)
                    .orElse("none");
            Lease lease = routes.acquire(path, SlotRouterTest::nobody);
            assertThat(lease == null ? "none" : lease.slot()).as(path).isEqualTo(expected);
        }
    }

    @Provide
    Arbitrary<Set<String>> paths() {
        return Arbitraries.of("a", "b", "aa")
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(segments -> "/" + String.join("/", segments))
                .set()
                .ofMinSize(1)
                .ofMaxSize(8);
    }

    @Test
    void twoSlotsCannotClaimOnePath() {
        active("users", "1.0.0", "/api/v1/users");
        assertThatThrownBy(() -> router.add(version("people", "1.0.0", "/free", "/api/v1/users")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/api/v1/users")
                .hasMessageContaining("users");
        assertThat(router.isKnown("/free"))
                .as("nothing of a refused version stays")
                .isFalse();
        assertThat(slotOf("/api/v1/users")).isEqualTo("users");
    }

    @Test
    void aPathIsFreeOnceItsLastVersionIsGone() {
        Target one = active("users", "1.0.0", "/api/v1/users");
        Target two = router.add(version("users", "1.1.0", "/api/v1/users"));
        one.remove();
        assertThatThrownBy(() -> router.add(version("people", "1.0.0", "/api/v1/users")))
                .isInstanceOf(IllegalArgumentException.class);
        two.remove();
        active("people", "1.0.0", "/api/v1/users");
        assertThat(slotOf("/api/v1/users")).isEqualTo("people");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "users", "/users/"})
    void aPathThatNoRequestCanMeetIsRefused(String path) {
        assertThatThrownBy(() -> router.add(version("users", "1.0.0", path)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aVersionWithoutTrafficIsKnownAndNotServed() {
        Target target = router.add(version("users", "1.0.0", "/users"));
        assertThat(router.isKnown("/users/7")).isTrue();
        assertThat(acquire("/users/7")).isNull();
        assertThat(target.isActive()).isFalse();

        target.activate();
        assertThat(target.isActive()).isTrue();
        Lease lease = acquire("/users/7");
        assertThat(lease.base()).isEqualTo("/slots/users/1.0.0");
        assertThat(lease.version()).isEqualTo("1.0.0");
        assertThat(target.inFlight()).isEqualTo(1);
        assertThat(router.inFlight()).isEqualTo(1);
        lease.completed(200, 1);
        target.deactivate();
        assertThat(router.isKnown("/users/7")).isTrue();
        assertThat(acquire("/users/7")).isNull();
        target.remove();
        assertThat(router.isKnown("/users/7")).isFalse();
    }

    @Test
    void aLeaseCountsOutOnce() {
        Target target = active("users", "1.0.0", "/users");
        Lease first = acquire("/users");
        Lease second = acquire("/users");
        first.completed(200, 1);
        first.completed(200, 1);
        assertThat(target.inFlight()).isEqualTo(1);
        assertThat(router.inFlight()).isEqualTo(1);
        second.completed(200, 1);
        assertThat(target.inFlight()).isZero();
    }

    @Test
    void aSwapLeavesTheOldVersionTheRequestsThatItHas() {
        Target old = active("users", "1.0.0", "/users");
        Lease held = acquire("/users");
        Target next = active("users", "1.1.0", "/users");
        assertThat(old.isActive()).isFalse();
        assertThat(old.inFlight()).isEqualTo(1);
        assertThat(next.inFlight()).isZero();
        old.deactivate();
        assertThat(next.isActive())
                .as("the old one cannot switch off the new one")
                .isTrue();
        held.completed(200, 1);
        assertThat(old.inFlight()).isZero();
        assertThat(router.inFlight()).isZero();
    }

    @Test
    void aRemovedVersionDoesNotComeBack() {
        Target old = active("users", "1.0.0", "/users");
        Target next = router.add(version("users", "1.1.0", "/users"));
        old.remove();
        assertThatThrownBy(old::activate)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("users 1.0.0");
        assertThat(acquire("/users")).isNull();
        next.activate();
        assertThat(slotOf("/users")).isEqualTo("users");
    }

    private String versionFor(String caller) {
        Lease lease = router.acquire("/users", () -> caller);
        lease.completed(200, 1);
        return lease.version();
    }

    @Test
    void aCanaryGetsItsShareOfTheCallersAndAlwaysTheSame() {
        active("users", "1.0.0", "/users");
        Target canary = router.add(version("users", "1.1.0", "/users"));
        Map<String, String> before = new HashMap<>();
        for (int percent : new int[] {1, 10, 50, 100}) {
            canary.canary(percent);
            int served = 0;
            for (int i = 0; i < 10_000; i++) {
                String caller = "caller" + i;
                String version = versionFor(caller);
                assertThat(versionFor(caller)).isEqualTo(version);
                if (version.equals("1.1.0")) {
                    served++;
                } else {
                    assertThat(before.get(caller)).as("in a smaller share").isNotEqualTo("1.1.0");
                }
                before.put(caller, version);
            }
            assertThat(served).isBetween(percent * 100 - 160, percent * 100 + 160);
        }
        canary.canary(0);
        assertThat(acquire("/users").version()).isEqualTo("1.0.0");
    }

    @Test
    void activationOfAnyVersionEndsTheCanary() {
        Target old = active("users", "1.0.0", "/users");
        Target next = router.add(version("users", "1.1.0", "/users"));
        next.canary(100);
        assertThat(next.isActive()).isFalse();
        next.activate();
        assertThat(acquire("/users").version()).isEqualTo("1.1.0");
        old.canary(100);
        assertThat(versionFor("x")).isEqualTo("1.0.0");
        next.activate();
        assertThat(acquire("/users").version()).isEqualTo("1.1.0");
        next.canary(0);
        assertThat(next.isActive()).isTrue();
        assertThatThrownBy(() -> next.canary(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> old.canary(101)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> old.canary(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aCanaryThatGoesLeavesItsCallersToTheActiveVersion() {
        Target old = active("users", "1.0.0", "/users");
        Target canary = router.add(version("users", "1.1.0", "/users"));
        canary.canary(100);
        canary.deactivate();
        assertThat(acquire("/users").version()).isEqualTo("1.0.0");
        canary.canary(100);
        old.deactivate();
        assertThat(versionFor("x")).as("it goes on without an active one").isEqualTo("1.1.0");
        canary.remove();
        assertThat(router.acquire("/users", () -> "x")).isNull();
        assertThatThrownBy(() -> canary.canary(1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void statisticsCountAnswersWithoutStreamsAndWhatWasBrokenOff() {
        Target target = active("users", "1.0.0", "/users");
        acquire("/users").completed(200, 1_000_000);
        Statistics first = target.statistics();
        assertThat(first.requests()).isEqualTo(1);
        assertThat(first.errors()).isZero();
        for (int status : new int[] {500, 503, 599, 404, 600}) {
            acquire("/users").completed(status, 50_000_000);
        }
        acquire("/users").completed(0, 50_000_000);
        acquire("/users").completed(200, -1);
        Lease twice = acquire("/users");
        twice.completed(200, 50_000_000);
        twice.completed(500, 50_000_000);

        Statistics since = target.statistics().since(first);
        assertThat(since.requests()).isEqualTo(6);
        assertThat(since.errors()).isEqualTo(3);
        assertThat(since.durations().quantileNanos(0)).isBetween(50_000_000L, 55_000_000L);
        assertThat(first.requests()).as("a snapshot stays").isEqualTo(1);
        assertThat(target.inFlight()).isZero();
    }

    @Test
    void streamsAreAskedToEndUntilTheyDo() {
        Target target = active("users", "1.0.0", "/users");
        Lease stream = acquire("/users");
        Lease failing = acquire("/users");
        Lease over = acquire("/users");
        AtomicInteger asked = new AtomicInteger();
        failing.onDrain(() -> {
            throw new IllegalStateException("test");
        });
        stream.onDrain(asked::incrementAndGet);
        over.onDrain(asked::incrementAndGet);
        over.completed(200, -1);
        over.onDrain(asked::incrementAndGet);
        target.endStreams();
        assertThat(asked).hasValue(1);
        target.endStreams();
        assertThat(asked).hasValue(2);
        stream.completed(200, -1);
        target.endStreams();
        assertThat(asked).hasValue(2);
    }

    @Test
    void pathsThatAreKeptStayKnownWithoutVersion() {
        router.keep("users", Set.of("/users", "/people"));
        assertThat(router.isKnown("/people")).isTrue();
        assertThatThrownBy(() -> router.keep("others", Set.of("/users"))).isInstanceOf(IllegalArgumentException.class);
        Target target = active("users", "1.0.0", "/users");
        target.remove();
        assertThat(router.isKnown("/users")).isTrue();
        router.keep("users", Set.of("/users"));
        assertThat(router.isKnown("/people")).as("replaced").isFalse();
        Target last = active("users", "1.1.0", "/users");
        router.forget("users");
        assertThat(router.isKnown("/users"))
                .as("though a version still finishes what it has")
                .isFalse();
        last.remove();
        active("users", "1.2.0", "/users");
        assertThat(slotOf("/users")).as("it was meant again").isEqualTo("users");
        router.forget("unheard-of");
    }

    @Test
    void whoWaitsIsResumedOnceWhenAVersionServes() {
        router.keep("users", Set.of("/users"));
        router.keep("other", Set.of("/other"));
        AtomicInteger resumed = new AtomicInteger();
        AtomicInteger others = new AtomicInteger();
        assertThat(router.park("/users/7", resumed::incrementAndGet)).isNotNull();
        assertThat(router.park("/other", others::incrementAndGet)).isNotNull();
        assertThat(router.park("/nobody", resumed::incrementAndGet)).isNull();
        Target target = router.add(version("users", "1.0.0", "/users"));
        target.canary(50);
        assertThat(resumed).as("a canary is not for all").hasValue(0);
        target.activate();
        assertThat(resumed).hasValue(1);
        target.deactivate();
        target.activate();
        assertThat(resumed).hasValue(1);
        assertThat(others).hasValue(0);
        assertThat(router.parked()).isEqualTo(1);
    }

    @Test
    void whoComesJustAfterTheVersionDoesNotWait() {
        active("users", "1.0.0", "/users");
        AtomicInteger resumed = new AtomicInteger();
        router.park("/users", resumed::incrementAndGet);
        assertThat(resumed).hasValue(1);
        assertThat(router.parked()).isZero();
    }

    @Test
    void whoWaitsForASlotThatIsForgottenIsResumed() {
        AtomicInteger resumed = new AtomicInteger();
        router.keep("users", Set.of("/users"));
        router.park("/users", resumed::incrementAndGet);
        router.forget("users");
        assertThat(resumed).hasValue(1);

        Target target = router.add(version("users", "1.0.0", "/users"));
        router.park("/users", resumed::incrementAndGet);
        target.remove();
        assertThat(resumed).hasValue(2);
        assertThat(router.isKnown("/users")).isFalse();
    }

    @Test
    void oneThatGaveUpIsNotResumedAndOneThatFailsHindersNobody() {
        router.keep("users", Set.of("/users"));
        AtomicInteger resumed = new AtomicInteger();
        Parked gone = router.park("/users", resumed::incrementAndGet);
        router.park("/users", () -> {
            throw new IllegalStateException("test");
        });
        router.park("/users", resumed::incrementAndGet);
        gone.cancel();
        gone.cancel();
        active("users", "1.0.0", "/users");
        assertThat(resumed).hasValue(1);
    }

    @Test
    @Timeout(20)
    void waitingIsLimitedInNumberAndTime() throws Exception {
        router.keep("users", Set.of("/users"));
        CountDownLatch resumed = new CountDownLatch(3);
        router.modified(FakeConfig.small().withParking(3, 20));
        for (int i = 0; i < 3; i++) {
            assertThat(router.park("/users", resumed::countDown)).isNotNull();
        }
        assertThat(resumed.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(router.parked()).isZero();

        router.modified(FakeConfig.small().withParking(2, 20_000));
        Parked first = router.park("/users", resumed::countDown);
        assertThat(router.park("/users", resumed::countDown)).isNotNull();
        assertThat(router.park("/users", resumed::countDown)).isNull();
        first.cancel();
        assertThat(router.park("/users", resumed::countDown)).isNotNull();
        router.modified(FakeConfig.small().withParking(10, 0));
        assertThat(router.park("/users", resumed::countDown)).as("switched off").isNull();
    }

    @Test
    void untilTheBootHasEndedAnUnknownPathIsWorthWaitingFor() {
        SlotRouter starting = new SlotRouter(FakeConfig.small());
        AtomicInteger served = new AtomicInteger();
        AtomicInteger unknown = new AtomicInteger();
        assertThat(starting.isBooting()).isTrue();
        assertThat(starting.park("/users/7", served::incrementAndGet)).isNotNull();
        assertThat(starting.park("/nobody", unknown::incrementAndGet)).isNotNull();
        starting.add(version("users", "1.0.0", "/users")).activate();
        assertThat(served).hasValue(1);
        assertThat(unknown).hasValue(0);
        starting.bootFinished();
        assertThat(unknown).hasValue(1);
        assertThat(starting.park("/nobody", unknown::incrementAndGet)).isNull();
    }

    /** One of them found no version and asks to wait while the version comes: nobody may be left waiting. */
    @Test
    @Timeout(60)
    void nobodyIsLeftWaitingWhenAVersionComesAtThatMoment() throws Exception {
        int rounds = 5_000;
        AtomicInteger resumed = new AtomicInteger();
        CyclicBarrier round = new CyclicBarrier(2);
        Target target = router.add(version("users", "1.0.0", "/users"));
        Thread flipper = new Thread(() -> {
            try {
                for (int i = 0; i < rounds; i++) {
                    round.await();
                    target.activate();
                    round.await();
                    target.deactivate();
                }
            } catch (Exception broken) {
                throw new AssertionError(broken);
            }
        });
        flipper.start();
        for (int i = 0; i < rounds; i++) {
            round.await();
            assertThat(router.park("/users", resumed::incrementAndGet)).isNotNull();
            round.await();
        }
        flipper.join();
        target.activate();
        assertThat(router.parked()).isZero();
        assertThat(resumed).hasValue(rounds);
    }

    /**
     * Requests come and go while versions are swapped, each first as a canary. Whoever swaps waits until the old version
     * holds none, and marks it stopped; a lease of a stopped version is the fault that a user would see as a failed request.
     */
    @Test
    @Timeout(60)
    void noRequestMeetsAVersionThatWasEmptyAfterItsSwap() throws Exception {
        int swaps = 2_000;
        int clients = 4;
        List<Target> targets = new ArrayList<>();
        AtomicIntegerArray stopped = new AtomicIntegerArray(swaps + 1);
        AtomicBoolean over = new AtomicBoolean();
        for (int i = 0; i <= swaps; i++) {
            targets.add(router.add(version("users", Integer.toString(i), "/users")));
        }
        targets.get(0).activate();

        ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();
        AtomicLong served = new AtomicLong();
        CyclicBarrier start = new CyclicBarrier(clients + 1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            String caller = "caller" + i;
            Thread thread = new Thread(() -> {
                try {
                    start.await();
                } catch (Exception broken) {
                    faults.add(broken.toString());
                }
                while (!over.get()) {
                    Lease lease = router.acquire("/users", () -> caller);
                    if (lease == null) {
                        faults.add("nobody served");
                        continue;
                    }
                    if (stopped.get(Integer.parseInt(lease.version())) != 0) {
                        faults.add("version " + lease.version() + " was stopped under a request");
                    }
                    served.incrementAndGet();
                    lease.completed(200, 1_000_000);
                }
            });
            threads.add(thread);
            thread.start();
        }
        start.await();
        for (int i = 0; i < swaps; i++) {
            Target old = targets.get(i);
            targets.get(i + 1).canary(50);
            targets.get(i + 1).activate();
            int left;
            while ((left = old.inFlight()) != 0) {
                if (left < 0) {
                    faults.add("counter of " + i + " is " + left);
                }
                Thread.onSpinWait();
            }
            stopped.set(i, 1);
        }
        over.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(faults.stream().distinct().limit(5)).isEmpty();
        assertThat(served.get()).isPositive();
        assertThat(targets).allSatisfy(target -> assertThat(target.inFlight()).isZero());
        assertThat(targets.stream()
                        .mapToLong(target -> target.statistics().requests())
                        .sum())
                .as("each is counted once")
                .isEqualTo(served.get());
        assertThat(router.inFlight()).isZero();
    }
}
