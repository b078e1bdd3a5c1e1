package io.plinth.monitoring.internal.health;

import io.plinth.health.Health;
import io.plinth.health.HealthCheck;
import io.plinth.monitoring.internal.MonitoringConfig;
import io.plinth.monitoring.internal.NameList;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Asks all health checks at once, each for a limited time. */
@Component(service = HealthChecks.class, configurationPid = MonitoringConfig.PID)
public final class HealthChecks {
    private static final int THREADS_MAX = 16;

    private final Map<HealthCheck, TimedCheck> checks = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor pool;
    private final Duration timeout;
    private final Duration reuse;
    private final Set<String> expected;
    private final LongSupplier nanoTime;

    @Activate
    public HealthChecks(MonitoringConfig config) {
        this(
                Duration.ofMillis(config.check_timeout_millis()),
                Duration.ofMillis(config.check_reuse_millis()),
                NameList.parse(config.expected_checks()),
                System::nanoTime);
    }

    HealthChecks(Duration timeout, Duration reuse, Set<String> expected, LongSupplier nanoTime) {
        this.timeout = timeout;
        this.reuse = reuse;
        this.expected = expected;
        this.nanoTime = nanoTime;
        pool = new ThreadPoolExecutor(0, THREADS_MAX, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, "plinth-health");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Deactivate
    void stop() {
        pool.shutdownNow();
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addCheck(HealthCheck check) {
        checks.put(check, new TimedCheck(check, pool, nanoTime, reuse));
    }

    void removeCheck(HealthCheck check) {
        checks.remove(check);
    }

    /** Results by name; an expected check that is not there is down. Takes no longer than the limit of one check. */
    public List<CheckResult> ask() {
        Map<TimedCheck, CompletableFuture<Health>> runs = new ConcurrentHashMap<>();
        checks.values().forEach(check -> runs.put(check, check.ask()));
        long deadline = nanoTime.getAsLong() + timeout.toNanos();
        List<CheckResult> results = new ArrayList<>();
        Set<String> missing = new HashSet<>(expected);
        runs.forEach((check, run) -> {
            String name = check.name();
            missing.remove(name);
            results.add(new CheckResult(name, await(check, run, deadline), check.isLiveness()));
        });
        missing.forEach(name -> results.add(new CheckResult(
                name,
                Health.down("has not started yet; if it stays so, look into the log for the bundle that brings it"),
                false)));
        results.sort(Comparator.comparing(CheckResult::name));
        return List.copyOf(results);
    }

    private Health await(TimedCheck check, CompletableFuture<Health> run, long deadline) {
        try {
            // A check that has been hanging since an earlier question gets no second chance.
            Duration left = Duration.ofNanos(deadline - nanoTime.getAsLong());
            Duration own = timeout.minus(check.runningFor());
            Duration patience = run.isDone() || own.isNegative() ? Duration.ZERO : min(left, own);
            return run.get(Math.max(0, patience.toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            return Health.down("did not answer within " + timeout.toMillis() + " ms");
        } catch (ExecutionException failed) {
            return Health.down("failed with " + failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Health.down("was not waited for: the server stops");
        }
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
