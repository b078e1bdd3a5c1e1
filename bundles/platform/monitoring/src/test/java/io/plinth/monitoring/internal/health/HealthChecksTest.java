package io.plinth.monitoring.internal.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.health.Health;
import io.plinth.health.HealthCheck;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealthChecksTest {
    private final AtomicLong nanos = new AtomicLong();
    private final CountDownLatch never = new CountDownLatch(1);
    private HealthChecks checks = new HealthChecks(Duration.ofSeconds(30), Duration.ofSeconds(1), Set.of(), nanos::get);

    private record Check(String name, Supplier<Health> answer) implements HealthCheck {
        @Override
        public Health check() {
            return answer.get();
        }
    }

    @AfterEach
    void stop() {
        never.countDown();
        checks.stop();
    }

    private Health hang() {
        try {
            never.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return Health.UP;
    }

    private Health only() {
        List<CheckResult> results = checks.ask();
        assertThat(results).hasSize(1);
        return results.get(0).health();
    }

    @Test
    void isDownWhileAnExpectedCheckIsMissing() {
        checks = new HealthChecks(Duration.ofSeconds(30), Duration.ofSeconds(1), Set.of("database"), nanos::get);
        assertThat(only().up()).isFalse();
        Check database = new Check("database", () -> Health.UP);
        checks.addCheck(database);
        assertThat(only()).isEqualTo(Health.UP);
        checks.removeCheck(database);
        assertThat(only().reason()).contains("has not started");
    }

    @Test
    void usesAResultAgainForAWhile() {
        AtomicInteger asked = new AtomicInteger();
        checks.addCheck(new Check("counter", () -> Health.down("n" + asked.incrementAndGet())));
        assertThat(only().reason()).isEqualTo("n1");
        nanos.addAndGet(999_000_000);
        assertThat(only().reason()).isEqualTo("n1");
        nanos.addAndGet(2_000_000);
        assertThat(only().reason()).isEqualTo("n2");
    }

    @Test
    void isDownWhenACheckThrows() {
        checks.addCheck(new Check("broken", () -> {
            throw new IllegalStateException("secret");
        }));
        assertThat(only().up()).isFalse();
        assertThat(only().reason()).contains("IllegalStateException").doesNotContain("secret");
    }

    @Test
    void doesNotWaitForACheckThatHangs() {
        checks = new HealthChecks(Duration.ofMillis(100), Duration.ofSeconds(1), Set.of(), System::nanoTime);
        AtomicInteger asked = new AtomicInteger();
        checks.addCheck(new Check("hanging", () -> {
            asked.incrementAndGet();
            return hang();
        }));
        checks.addCheck(new Check("well", () -> Health.UP));
        for (int i = 0; i < 50; i++) {
            List<CheckResult> results = checks.ask();
            assertThat(results).extracting(CheckResult::name).containsExactly("hanging", "well");
            assertThat(results.get(0).health().reason()).contains("within 100 ms");
            assertThat(results.get(1).health()).isEqualTo(Health.UP);
        }
        assertThat(asked).hasValue(1);
    }

    @Test
    void holdsNoMoreThreadsThanItsPool() {
        checks = new HealthChecks(Duration.ofMillis(100), Duration.ofSeconds(1), Set.of(), System::nanoTime);
        for (int i = 0; i < 40; i++) {
            checks.addCheck(new Check("hanging" + i, this::hang));
        }
        List<CheckResult> results = checks.ask();
        assertThat(results).hasSize(40).allMatch(result -> !result.health().up());
        assertThat(results)
                .filteredOn(result -> result.health().reason().contains("was not asked"))
                .hasSize(24);
    }
}
