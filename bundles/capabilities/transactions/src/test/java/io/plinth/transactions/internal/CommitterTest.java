package io.plinth.transactions.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plinth.problem.ProblemException;
import io.plinth.transactions.Outcome;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CommitterTest {
    private static final Committer.Limits LIMITS = new Committer.Limits(1, 4, 10, 1 << 20);
    private static final Unit BAD = unit();

    private final List<Integer> sizes = new CopyOnWriteArrayList<>();
    private final ExecutorService callers = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        callers.shutdownNow();
    }

    @Test
    void whatWaitsIsCommittedTogetherUpToTheLimit() throws Exception {
        CountDownLatch isBusy = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Committer committer = started(LIMITS, units -> {
            isBusy.countDown();
            awaited(goOn);
            return answers(units);
        });
        List<Future<?>> submitted = new ArrayList<>();
        submitted.add(callers.submit(() -> committer.submit(List.of(unit()))));
        isBusy.await();
        for (int i = 0; i < 3; i++) {
            submitted.add(callers.submit(() -> committer.submit(List.of(unit(), unit(), unit()))));
        }
        awaitFull(committer);
        assertThatThrownBy(() -> committer.submit(List.of(unit(), unit())))
                .isInstanceOfSatisfying(ProblemException.class, full -> {
                    assertThat(full.type().status()).isEqualTo(503);
                    assertThat(full.retryAfter()).isNotNull();
                });
        goOn.countDown();
        for (Future<?> one : submitted) {
            one.get();
        }
        assertThat(sizes).as("three of a kind are never split").containsExactly(1, 3, 3, 3);
        committer.close();
    }

    /** Nine of the ten places are taken once two more commands do not fit. */
    private static void awaitFull(Committer committer) {
        while (true) {
            try {
                committer.checkRoom(2, 0);
                Thread.onSpinWait();
            } catch (ProblemException full) {
                return;
            }
        }
    }

    @Test
    void bytesAreLimitedToo() {
        Committer committer = new Committer(CommitterTest::answers, new Committer.Limits(1, 4, 10, 100));
        assertThatThrownBy(() -> committer.submit(List.of(unit(), unit()))).isInstanceOf(ProblemException.class);
    }

    @Test
    void oneThatCannotBeWrittenFailsAlone() {
        Committer committer = started(new Committer.Limits(1, 100, 100, 1 << 20), units -> {
            if (units.contains(BAD)) {
                throw new IllegalStateException("a row that the database refuses");
            }
            return answers(units);
        });
        List<Unit> units = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            units.add(unit());
        }
        units.add(13, BAD);
        assertThatThrownBy(() -> committer.submit(units)).hasRootCauseMessage("a row that the database refuses");
        committer.close();
        assertThat(sizes.stream().filter(size -> size == 21)).hasSize(1);
        assertThat(sizes).as("bounded").hasSizeLessThan(3 * 5);
    }

    @Test
    void aKeyThatAnotherServerWroteIsSeenAtTheNextAttempt() {
        List<Integer> attempts = new ArrayList<>();
        Committer committer = started(LIMITS, units -> {
            attempts.add(units.size());
            if (attempts.size() == 1) {
                throw new IllegalStateException(new SQLException("Duplicate entry", "23000", 1062));
            }
            return answers(units);
        });
        assertThat(committer.submit(List.of(unit(), unit()))).hasSize(2);
        assertThat(attempts).containsExactly(2, 2);
        committer.close();
    }

    @Test
    void aDatabaseThatIsAwayIsAskedOnce() {
        Committer committer = started(LIMITS, units -> {
            throw ProblemException.unavailable("away", Duration.ofSeconds(2), new SQLException("gone", "08000"));
        });
        assertThatThrownBy(() -> committer.submit(List.of(unit(), unit(), unit())))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        away -> assertThat(away.type().status()).isEqualTo(503));
        committer.close();
        assertThat(sizes).containsExactly(3);
    }

    @Test
    void lockedAccountsAreTriedInHalvesAndThenAnswered503() {
        Committer committer = started(LIMITS, units -> {
            throw new BatchCommit.AccountsLockedException();
        });
        assertThatThrownBy(() -> committer.submit(List.of(unit(), unit())))
                .isInstanceOfSatisfying(ProblemException.class, locked -> assertThat(locked.retryAfter())
                        .isNotNull());
        committer.close();
        assertThat(sizes).containsExactly(2, 1, 1);
    }

    @Test
    void whatWasAcceptedIsDoneBeforeItCloses() throws Exception {
        CountDownLatch isBusy = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Committer committer = started(LIMITS, units -> {
            isBusy.countDown();
            awaited(goOn);
            return answers(units);
        });
        Future<?> first = callers.submit(() -> committer.submit(List.of(unit())));
        isBusy.await();
        Future<?> second = callers.submit(() -> committer.submit(List.of(unit(), unit(), unit(), unit(), unit())));
        Future<?> third = callers.submit(() -> committer.submit(List.of(unit(), unit(), unit(), unit())));
        awaitFull(committer);
        CompletableFuture<Void> closed = CompletableFuture.runAsync(committer::close, callers);
        goOn.countDown();
        closed.get();
        assertThat(sizes).as("done when it is closed").containsExactlyInAnyOrder(1, 5, 4);
        for (Future<?> accepted : List.of(first, second, third)) {
            accepted.get(10, TimeUnit.SECONDS);
        }
        assertThatThrownBy(() -> committer.submit(List.of(unit()))).isInstanceOf(ProblemException.class);
    }

    private Committer started(Committer.Limits limits, Function<List<Unit>, List<List<Answer>>> commit) {
        Committer committer = new Committer(
                units -> {
                    sizes.add(units.size());
                    return commit.apply(units);
                },
                limits);
        committer.start();
        return committer;
    }

    private static List<List<Answer>> answers(List<Unit> units) {
        Answer answer = new Answer.Settled(
                new Outcome.Refused(LedgerProblems.refusal(LedgerProblems.HOLD_NOT_OPEN, "for the test"), false));
        return units.stream().map(unit -> List.of(answer)).toList();
    }

    private static Unit unit() {
        return Unit.of(new Command.Expire(UUID.randomUUID()));
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
