package io.plinth.transactions.internal;

import io.plinth.event.Event;
import io.plinth.problem.ProblemException;
import io.plinth.transactions.Outcome;
import io.plinth.tx.Transaction;
import io.plinth.tx.Transactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Decides units in their order and writes all of them in one database transaction.
 *
 * <p>Every account that is touched is locked first, before anything else is read, and READ COMMITTED lets each later statement
 * see what was committed before the locks were had. So what the rules see is what is, and no other transaction, of this server
 * or another, changes it before the commit. Two transactions that need the same key or hold but no common account meet in a
 * unique index; one of them then begins anew.
 */
final class BatchCommit {
    /** ER_LOCK_WAIT_TIMEOUT. */
    private static final int LOCK_TIMEOUT = 1205;

    /**
     * How long a batch waits for accounts that somebody else has locked: other batches take milliseconds, and who waits longer
     * for one account keeps all its neighbours waiting.
     */
    private static final int LOCK_SECONDS = 2;

    private final Transactions transactions;
    private final Clock clock;
    private final Rules rules;

    BatchCommit(Transactions transactions, Clock clock, Rules rules) {
        this.transactions = transactions;
        this.clock = clock;
        this.rules = rules;
    }

    /** Somebody else keeps an account locked; nothing was done. */
    static final class AccountsLockedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        AccountsLockedException() {
            // The failure of the database is no cause, or the platform would wait three times more.
            super(
                    "another transaction keeps an account locked for more than " + LOCK_SECONDS + " s",
                    null,
                    false,
                    false);
        }
    }

    /**
     * Commits the units.
     *
     * @return for each unit the answers to its commands; of a unit that was refused, only that of the command that was
     * @throws RuntimeException when nothing was written
     */
    List<List<Answer>> commit(List<Unit> units) {
        List<TransactionRow> originals = originals(units);
        return transactions.write(JdbcWork.of(transaction -> {
            Connection connection = transaction.connection();
            WorkSet work = load(connection, units, originals);
            Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
            List<List<Answer>> answers = new ArrayList<>(units.size());
            for (Unit unit : units) {
                Decided decided = decide(unit, work, now);
                work = decided.work();
                answers.add(decided.answers());
            }
            write(transaction, work, now);
            return answers;
        }));
    }

    /** They never change, so they are read before anything is locked: their accounts are to be locked. */
    private List<TransactionRow> originals(List<Unit> units) {
        Set<UUID> ids = new HashSet<>();
        for (Unit unit : units) {
            unit.commands().forEach(command -> command.originalId().ifPresent(ids::add));
        }
        return ids.isEmpty()
                ? List.of()
                : transactions.read(JdbcWork.of(transaction -> TransactionTable.find(transaction.connection(), ids)));
    }

    private static WorkSet load(Connection connection, List<Unit> units, List<TransactionRow> originals)
            throws SQLException {
        WorkSet work = new WorkSet();
        Set<UUID> accountIds = new HashSet<>();
        Set<AnswerKey> keys = new HashSet<>();
        for (Unit unit : units) {
            for (Command command : unit.commands()) {
                command.accountIds().forEach(accountIds::add);
                if (command instanceof Command.FromClient fromClient) {
                    keys.add(fromClient.answerKey());
                }
            }
        }
        Set<UUID> originalIds = new HashSet<>();
        for (TransactionRow original : originals) {
            work.load(original);
            originalIds.add(original.id());
            accountIds.add(original.debitAccountId());
            accountIds.add(original.creditAccountId());
        }
        lock(connection, accountIds).forEach(work::load);
        KeyTable.find(connection, keys).forEach(work::load);
        if (!originalIds.isEmpty()) {
            HoldTable.open(connection, originalIds).forEach(work::loadOpenHold);
            HoldTable.reversedSums(connection, originalIds).forEach(work::load);
        }
        return work;
    }

    private static List<AccountState> lock(Connection connection, Set<UUID> accountIds) throws SQLException {
        try {
            return AccountTable.lock(connection, accountIds, LOCK_SECONDS);
        } catch (SQLException failure) {
            if (failure.getErrorCode() == LOCK_TIMEOUT) {
                throw new AccountsLockedException();
            }
            throw failure;
        }
    }

    /** The work set after a unit, and its answers. */
    private record Decided(WorkSet work, List<Answer> answers) {}

    private Decided decide(Unit unit, WorkSet work, Instant now) {
        if (!unit.isAtomic()) {
            return new Decided(work, List.of(rules.decide(unit.commands().get(0), work, now)));
        }
        WorkSet trial = work.copy();
        List<Answer> answers = new ArrayList<>(unit.commands().size());
        for (Command command : unit.commands()) {
            Answer answer = rules.decide(command, trial, now);
            answers.add(answer);
            if (!isDone(answer)) {
                return new Decided(work, answers);
            }
        }
        return new Decided(trial, answers);
    }

    private static boolean isDone(Answer answer) {
        return answer instanceof Answer.Settled settled && settled.outcome() instanceof Outcome.Done;
    }

    private static void write(Transaction transaction, WorkSet work, Instant now) throws SQLException {
        Connection connection = transaction.connection();
        List<TransactionRow> made = work.newTransactions();
        List<EntryRow> entries = work.newEntries();
        TransactionTable.insert(connection, made);
        EntryTable.insert(connection, entries);
        AccountTable.update(connection, work.changedAccounts());
        HoldTable.insert(connection, work.newOpenHolds());
        HoldTable.delete(connection, work.removedOpenHolds());
        HoldTable.put(connection, work.changedReversedSums());
        KeyTable.insert(connection, work.newAnswers(), now);
        for (Event event : LedgerEvents.of(made, entries)) {
            transaction.publish(event);
        }
    }

    /** Why a commit failed, as far as it tells what to do now. */
    enum Failure {
        /** Another transaction has written the same key or ended the same hold: at the next attempt that is seen. */
        DUPLICATE,
        /** Others hold locks that are needed: with fewer accounts it may go better. */
        CONTENTION,
        /** The database is away, or did not do it in time: for all of them alike. */
        AWAY,
        /** Something is wrong with one of the units. */
        UNIT;

        private static final int CAUSES_MAX = 16;
        private static final int DUPLICATE_ENTRY = 1062;
        /** ER_CHECKREAD, ER_LOCK_WAIT_TIMEOUT, ER_LOCK_DEADLOCK. */
        private static final Set<Integer> CONTENTIONS = Set.of(1020, LOCK_TIMEOUT, 1213);

        static Failure of(RuntimeException failure) {
            if (failure instanceof AccountsLockedException) {
                return CONTENTION;
            }
            Optional<SQLException> sql = sql(failure);
            if (sql.isPresent() && sql.get().getErrorCode() == DUPLICATE_ENTRY) {
                return DUPLICATE;
            }
            if (sql.isPresent() && CONTENTIONS.contains(sql.get().getErrorCode())) {
                return CONTENTION;
            }
            return failure instanceof ProblemException ? AWAY : UNIT;
        }

        private static Optional<SQLException> sql(Throwable failure) {
            Throwable cause = failure;
            for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
                if (cause instanceof SQLException sql) {
                    return Optional.of(sql);
                }
                cause = cause.getCause();
            }
            return Optional.empty();
        }
    }
}
