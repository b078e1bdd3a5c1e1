package io.plinth.itests.harness;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Bounded waiting: asks again and again until it holds or the time is over, and then says what was last seen. */
public final class Eventually {
    private static final long PAUSE_NANOS = Duration.ofMillis(50).toNanos();

    private Eventually() {}

    /** An assertion that may fail for a while. */
    @FunctionalInterface
    public interface Assertion {
        void check() throws Exception;
    }

    /** Repeats the assertion until it passes; the last failure is thrown when the time is over. */
    public static void within(Duration limit, Assertion assertion) {
        get(limit, () -> {
            assertion.check();
            return true;
        });
    }

    /** Repeats the call until it throws nothing, and returns what it gave. */
    public static <T> T get(Duration limit, Callable<T> call) {
        long end = System.nanoTime() + limit.toNanos();
        @Nullable Throwable last;
        do {
            try {
                return call.call();
            } catch (AssertionError | Exception notYet) {
                last = notYet;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        } while (System.nanoTime() < end);
        throw new AssertionError("did not hold within " + limit + ": " + last.getMessage(), last);
    }
}
