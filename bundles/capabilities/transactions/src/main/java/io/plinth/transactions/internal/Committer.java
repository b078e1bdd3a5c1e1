package io.plinth.transactions.internal;

import io.plinth.problem.ProblemException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One commit for many: threads that take what is waiting, commit it together and answer it. There is no delay: the longer a
 * commit takes, the more waits for the next.
 *
 * <p>What is accepted is answered: {@link #close} waits for it. When a batch fails for a reason that lies in one of its units,
 * it is split in halves down to that unit, which alone is told.
 */
final class Committer implements AutoCloseable, CommitterState {
    private static final int DUPLICATE_ATTEMPTS_MAX = 3;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(60);
    private static final Logger LOG = LoggerFactory.getLogger(Committer.class);

    /**
     * What is accepted.
     *
     * @param threads that commit
     * @param batchCommands most commands in a commit; a unit is never split, so one that has more is committed alone
     * @param queueCommands most commands that wait
     * @param queueBytes most bytes of them
     */
    record Limits(int threads, int batchCommands, int queueCommands, long queueBytes) {}

    /** A unit and who waits for it. */
    private record Waiting(Unit unit, CompletableFuture<List<Answer>> answers) {
        static Waiting of(Unit unit) {
            return new Waiting(unit, new CompletableFuture<>());
        }
    }

    /** Units that were submitted together: one thread takes all of them, so their order holds. */
    private record Job(List<Waiting> units, int commands, long bytes, long sinceNanos) {}

    private final Function<List<Unit>, List<List<Answer>>> commit;
    private final Limits limits;
    private final List<Thread> threads = new ArrayList<>();
    private final Object lock = new Object();
    private final Queue<Job> queue = new ArrayDeque<>();
    private int queuedCommands;
    private long queuedBytes;
    private boolean isClosed;

    /** @param commit decides and writes units in one transaction, and answers for each; see {@link BatchCommit#commit} */
    Committer(Function<List<Unit>, List<List<Answer>>> commit, Limits limits) {
        this.commit = commit;
        this.limits = limits;
        for (int i = 1; i <= limits.threads(); i++) {
            Thread thread = new Thread(this::run, "plinth-ledger-committer-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
    }

    void start() {
        threads.forEach(Thread::start);
    }

    /**
     * Does the units, in their order, and waits for it.
     *
     * @return for each unit its answers
     * @throws ProblemException 503 when too much waits or the server stops, and nothing is done; or when the database did not
     *     do it, where of several units some may be done
     */
    List<List<Answer>> submit(List<Unit> units) {
        List<Waiting> waiting = units.stream().map(Waiting::of).toList();
        enqueue(waiting);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        List<List<Answer>> answers = new ArrayList<>(units.size());
        for (Waiting unit : waiting) {
            answers.add(await(unit, deadline));
        }
        return answers;
    }

    private void enqueue(List<Waiting> units) {
        int commands = 0;
        long bytes = 0;
        for (Waiting waiting : units) {
            commands += waiting.unit().commands().size();
            bytes += waiting.unit().bytes();
        }
        synchronized (lock) {
            if (isClosed) {
                throw unavailable("The ledger is being stopped or replaced; nothing was done, try again");
            }
            checkRoom(commands, bytes);
            queuedCommands += commands;
            queuedBytes += bytes;
            queue.add(new Job(units, commands, bytes, System.nanoTime()));
            lock.notify();
        }
    }

    /** Commands that wait now. */
    int queueDepth() {
        synchronized (lock) {
            return queuedCommands;
        }
    }

    @Override
    public Duration oldestWait() {
        synchronized (lock) {
            Job oldest = queue.peek();
            return oldest == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - oldest.sinceNanos());
        }
    }

    @Override
    public int stopped() {
        return (int) threads.stream()
                .filter(thread -> thread.getState() == Thread.State.TERMINATED)
                .count();
    }

    /** Throws 503 when so many more may not wait. */
    void checkRoom(int commands, long bytes) {
        synchronized (lock) {
            if (queuedCommands + commands > limits.queueCommands() || queuedBytes + bytes > limits.queueBytes()) {
                throw unavailable("Too many transactions wait already; nothing was done, try again later");
            }
        }
    }

    private static List<Answer> await(Waiting waiting, long deadlineNanos) {
        try {
            return waiting.answers().get(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw unavailable(
                    "The database is slow, and whether this was done is not known yet: try again with the same key");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw unavailable(
                    "The server stops, and whether this was done is not known yet: try again with the same key");
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            throw cause instanceof ProblemException problem
                    ? problem
                    : new IllegalStateException("a transaction could not be committed", cause);
        }
    }

    private void run() {
        List<Waiting> batch = take();
        while (!batch.isEmpty()) {
            try {
                settle(batch, 1);
            } finally {
                // Whatever happens, nobody is left waiting.
                for (Waiting waiting : batch) {
                    waiting.answers().completeExceptionally(new IllegalStateException("the committer failed"));
                }
            }
            batch = take();
        }
    }

    /** What waits, as far as one commit takes it; empty when there is nothing left and never will be. */
    private List<Waiting> take() {
        synchronized (lock) {
            while (queue.isEmpty() && !isClosed) {
                try {
                    lock.wait();
                } catch (InterruptedException notOurs) {
                    LOG.debug("Somebody interrupted a committer; it goes on until it is closed.");
                }
            }
            List<Waiting> batch = new ArrayList<>();
            int commands = 0;
            for (Job next = queue.peek(); next != null; next = queue.peek()) {
                if (!batch.isEmpty() && commands + next.commands() > limits.batchCommands()) {
                    break;
                }
                queue.remove();
                batch.addAll(next.units());
                commands += next.commands();
                queuedCommands -= next.commands();
                queuedBytes -= next.bytes();
            }
            return batch;
        }
    }

    private void settle(List<Waiting> batch, int attempt) {
        List<List<Answer>> answers;
        try {
            answers = commit.apply(batch.stream().map(Waiting::unit).toList());
        } catch (RuntimeException failure) {
            settleFailed(batch, attempt, failure);
            return;
        }
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).answers().complete(answers.get(i));
        }
    }

    private void settleFailed(List<Waiting> batch, int attempt, RuntimeException failure) {
        BatchCommit.Failure kind = BatchCommit.Failure.of(failure);
        LOG.debug("A batch of {} failed ({}).", batch.size(), kind, failure);
        if (kind == BatchCommit.Failure.AWAY) {
            fail(batch, failure);
        } else if (kind == BatchCommit.Failure.DUPLICATE && attempt < DUPLICATE_ATTEMPTS_MAX) {
            settle(batch, attempt + 1);
        } else if (batch.size() > 1) {
            int half = batch.size() / 2;
            settle(batch.subList(0, half), 1);
            settle(batch.subList(half, batch.size()), 1);
        } else if (kind == BatchCommit.Failure.UNIT) {
            LOG.error("A transaction cannot be written; the others are. This is a fault of the ledger.", failure);
            fail(batch, failure);
        } else {
            fail(batch, unavailable("Others are changing the same accounts; nothing was done, try again"));
        }
    }

    private static void fail(List<Waiting> batch, RuntimeException failure) {
        for (Waiting waiting : batch) {
            waiting.answers().completeExceptionally(failure);
        }
    }

    private static ProblemException unavailable(String detail) {
        return ProblemException.unavailable(detail, RETRY_AFTER, null);
    }

    /** Accepts nothing more, does what was accepted, and ends the threads. */
    @Override
    public void close() {
        synchronized (lock) {
            isClosed = true;
            lock.notifyAll();
        }
        long deadline = System.nanoTime() + STOP_PATIENCE.toNanos();
        for (Thread thread : threads) {
            try {
                TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, deadline - System.nanoTime()));
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return;
            }
            if (thread.isAlive()) {
                LOG.error("{} still waits for the database and is left to itself.", thread.getName());
            }
        }
    }
}
