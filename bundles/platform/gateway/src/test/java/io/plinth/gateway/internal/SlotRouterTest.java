package io.plinth.gateway.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plinth.gateway.RequestRouter.Lease;
import io.plinth.gateway.RequestRouter.Target;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
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
    private final SlotRouter router = new SlotRouter();

    private Target active(String slot, String version, String... paths) {
        Target target = router.add(slot, version, "/slots/" + slot + "/" + version, Set.of(paths));
        target.activate();
        return target;
    }

    private String slotOf(String path) {
        try (Lease lease = router.acquire(path)) {
            return lease == null ? "none" : lease.slot();
        }
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
            assertThat(router.acquire(path)).as(path).isNull();
            assertThat(router.isKnown(path)).as(path).isFalse();
        }
    }

    @Property(tries = 300)
    void findsWhatASearchOfAllPrefixesFinds(@ForAll("paths") Set<String> claimed, @ForAll("paths") Set<String> asked) {
        SlotRouter routes = new SlotRouter();
        Map<String, String> slots = new HashMap<>();
        for (String path : claimed) {
            String slot = "slot" + slots.size();
            slots.put(path, slot);
            routes.add(slot, "1.0.0", "/slots/" + slot, Set.of(path)).activate();
        }
        for (String path : asked) {
            String expected = claimed.stream()
                    .filter(prefix -> (path + "/").startsWith(prefix + "/"))
                    .max(Comparator.comparing(String::length))
                    .map(slots::get)
                    .orElse("none");
            try (Lease lease = routes.acquire(path)) {
                assertThat(lease == null ? "none" : lease.slot()).as(path).isEqualTo(expected);
            }
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
        assertThatThrownBy(() -> router.add("people", "1.0.0", "/slots/people", Set.of("/free", "/api/v1/users")))
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
        Target two = router.add("users", "1.1.0", "/slots/users/1.1.0", Set.of("/api/v1/users"));
        one.remove();
        assertThatThrownBy(() -> router.add("people", "1.0.0", "/slots/people", Set.of("/api/v1/users")))
                .isInstanceOf(IllegalArgumentException.class);
        two.remove();
        active("people", "1.0.0", "/api/v1/users");
        assertThat(slotOf("/api/v1/users")).isEqualTo("people");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "users", "/users/"})
    void aPathThatNoRequestCanMeetIsRefused(String path) {
        assertThatThrownBy(() -> router.add("users", "1.0.0", "/slots/users", Set.of(path)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aVersionWithoutTrafficIsKnownAndNotServed() {
        Target target = router.add("users", "1.0.0", "/slots/users/1.0.0", Set.of("/users"));
        assertThat(router.isKnown("/users/7")).isTrue();
        assertThat(router.acquire("/users/7")).isNull();
        assertThat(target.isActive()).isFalse();

        target.activate();
        assertThat(target.isActive()).isTrue();
        try (Lease lease = router.acquire("/users/7")) {
            assertThat(lease.base()).isEqualTo("/slots/users/1.0.0");
            assertThat(lease.version()).isEqualTo("1.0.0");
            assertThat(target.inFlight()).isEqualTo(1);
            assertThat(router.inFlight()).isEqualTo(1);
        }
        target.deactivate();
        assertThat(router.isKnown("/users/7")).isTrue();
        assertThat(router.acquire("/users/7")).isNull();
        target.remove();
        assertThat(router.isKnown("/users/7")).isFalse();
    }

    @Test
    void aLeaseCountsOutOnce() {
        Target target = active("users", "1.0.0", "/users");
        Lease first = router.acquire("/users");
        Lease second = router.acquire("/users");
        first.close();
        first.close();
        assertThat(target.inFlight()).isEqualTo(1);
        assertThat(router.inFlight()).isEqualTo(1);
        second.close();
        assertThat(target.inFlight()).isZero();
    }

    @Test
    void aSwapLeavesTheOldVersionTheRequestsThatItHas() {
        Target old = active("users", "1.0.0", "/users");
        Lease held = router.acquire("/users");
        Target next = active("users", "1.1.0", "/users");
        assertThat(old.isActive()).isFalse();
        assertThat(old.inFlight()).isEqualTo(1);
        assertThat(next.inFlight()).isZero();
        old.deactivate();
        assertThat(next.isActive())
                .as("the old one cannot switch off the new one")
                .isTrue();
        held.close();
        assertThat(old.inFlight()).isZero();
        assertThat(router.inFlight()).isZero();
    }

    @Test
    void aRemovedVersionDoesNotComeBack() {
        Target old = active("users", "1.0.0", "/users");
        Target next = router.add("users", "1.1.0", "/slots/users/1.1.0", Set.of("/users"));
        old.remove();
        assertThatThrownBy(old::activate)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("users 1.0.0");
        assertThat(router.acquire("/users")).isNull();
        next.activate();
        assertThat(slotOf("/users")).isEqualTo("users");
    }

    /**
     * Requests come and go while versions are swapped. Whoever swaps waits until the old version holds none, and marks it
     * stopped; a lease of a stopped version is the fault that a user would see as a failed request.
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
            targets.add(router.add("users", Integer.toString(i), "/slots/users/" + i, Set.of("/users")));
        }
        targets.get(0).activate();

        ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();
        AtomicLong served = new AtomicLong();
        CyclicBarrier start = new CyclicBarrier(clients + 1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            Thread thread = new Thread(() -> {
                try {
                    start.await();
                } catch (Exception broken) {
                    faults.add(broken.toString());
                }
                while (!over.get()) {
                    try (Lease lease = router.acquire("/users")) {
                        if (lease == null) {
                            faults.add("nobody served");
                        } else if (stopped.get(Integer.parseInt(lease.version())) != 0) {
                            faults.add("version " + lease.version() + " was stopped under a request");
                        }
                        served.incrementAndGet();
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        start.await();
        for (int i = 0; i < swaps; i++) {
            Target old = targets.get(i);
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
        assertThat(router.inFlight()).isZero();
    }
}
