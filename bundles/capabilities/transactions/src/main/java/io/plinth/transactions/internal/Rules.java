package io.plinth.transactions.internal;

import io.plinth.problem.ProblemException;
import io.plinth.transactions.Movement.Direction;
import io.plinth.transactions.Outcome;
import io.plinth.transactions.Refusal;
import io.plinth.transactions.TransactionKind;
import io.plinth.transactions.TransactionRequest;
import io.plinth.transactions.TransactionRequest.Capture;
import io.plinth.transactions.TransactionRequest.Hold;
import io.plinth.transactions.TransactionRequest.Reversal;
import io.plinth.transactions.TransactionRequest.Transfer;
import io.plinth.transactions.TransactionRequest.Voiding;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The rules of the ledger, over rows in memory. Nothing here knows of the database. */
final class Rules {
    private final Supplier<UUID> ids;

    Rules(Supplier<UUID> ids) {
        this.ids = ids;
    }

    /** What the rules make of a command: a new transaction or a refusal. */
    private record Verdict(
            @Nullable TransactionRow transaction, @Nullable Refusal refusal) {
        static Verdict refused(Refusal refusal) {
            return new Verdict(null, refusal);
        }

        static Verdict done(TransactionRow transaction) {
            return new Verdict(transaction, null);
        }
    }

    /** Decides, and changes the work set so that the next command sees it. */
    Answer decide(Command command, WorkSet work, Instant now) {
        try {
            if (command instanceof Command.FromClient fromClient) {
                return new Answer.Settled(answer(fromClient, work, now));
            }
            if (command instanceof Command.Expire expire) {
                return new Answer.Settled(expire(expire, work, now));
            }
            throw new IllegalStateException("there is no third kind of command");
        } catch (ProblemException problem) {
            return new Answer.Failed(problem);
        }
    }

    private Outcome answer(Command.FromClient command, WorkSet work, Instant now) {
        Optional<StoredAnswer> before = work.answer(command.answerKey());
        if (before.isPresent()) {
            return before.get().requestHash().equals(command.requestHash())
                    ? before.get().outcome(true)
                    : new Outcome.Refused(keyReused(), false);
        }
        Verdict verdict = verdict(command, work, now);
        StoredAnswer answer =
                new StoredAnswer(command.answerKey(), command.requestHash(), verdict.transaction(), verdict.refusal());
        work.put(answer);
        return answer.outcome(false);
    }

    private static Refusal keyReused() {
        return LedgerProblems.refusal(
                LedgerProblems.KEY_REUSED,
                "This idempotency key was used for another request in the last days; use a new one.",
                "idempotencyKey",
                "belongs to another request");
    }

    private Verdict verdict(Command.FromClient command, WorkSet work, Instant now) {
        TransactionRequest request = command.request();
        if (request instanceof Transfer transfer) {
            return pay(command, Payment.of(transfer), work, now);
        }
        if (request instanceof Hold hold) {
            Instant expiresAt = hold.expiresAt();
            if (expiresAt != null && !expiresAt.isAfter(command.arrivedAt())) {
                throw ProblemException.invalid("expiresAt", "must be in the future");
            }
            return pay(command, Payment.of(hold), work, now);
        }
        if (request instanceof Capture capture) {
            return capture(command, capture, work, now);
        }
        if (request instanceof Voiding) {
            return voidHold(command, work, now);
        }
        if (request instanceof Reversal reversal) {
            return reverse(command, reversal, work, now);
        }
        throw new IllegalStateException("there is no sixth kind of request");
    }

    private Verdict pay(Command.FromClient command, Payment payment, WorkSet work, Instant now) {
        if (payment.debitAccountId().equals(payment.creditAccountId())) {
            return Verdict.refused(LedgerProblems.refusal(
                    LedgerProblems.SAME_ACCOUNT,
                    "An account cannot pay itself.",
                    "creditAccountId",
                    "must be another account than debitAccountId"));
        }
        AccountState debit = TimeOrderedIds.parse(payment.debitAccountId())
                .flatMap(work::account)
                .filter(account -> command.actsFor(account.ownerId()))
                .orElse(null);
        if (debit == null) {
            return Verdict.refused(unknownAccount("debitAccountId"));
        }
        AccountState credit = TimeOrderedIds.parse(payment.creditAccountId())
                .flatMap(work::account)
                .orElse(null);
        if (credit == null) {
            return Verdict.refused(unknownAccount("creditAccountId"));
        }
        Optional<Refusal> refusal = Affordability.refusal(debit, credit, payment.amount(), payment.currency());
        if (refusal.isPresent()) {
            return Verdict.refused(refusal.get());
        }
        TransactionRow row = new TransactionRow(
                ids.get(),
                payment.kind(),
                debit.id(),
                credit.id(),
                debit.ownerId(),
                credit.ownerId(),
                payment.amount(),
                payment.currency(),
                null,
                payment.reference(),
                payment.metadata(),
                command.initiator().clientId(),
                command.userId(),
                payment.expiresAt(),
                now);
        work.add(row);
        if (payment.kind() == TransactionKind.HOLD) {
            work.put(debit.holdingDebit(row.amount()));
            work.put(credit.holdingCredit(row.amount()));
            work.putOpenHold(row);
        } else {
            post(row, debit, credit, work);
        }
        return Verdict.done(row);
    }

    private static Refusal unknownAccount(String field) {
        return LedgerProblems.refusal(
                LedgerProblems.UNKNOWN_ACCOUNT, field + " names no account.", field, "names no account");
    }

    private Verdict capture(Command.FromClient command, Capture capture, WorkSet work, Instant now) {
        TransactionRow hold = original(command, work);
        if (!command.actsFor(hold.creditOwnerId())) {
            throw ProblemException.forbidden("Only who would receive the money captures a hold.");
        }
        Optional<Refusal> notOpen = notOpen(hold, work, now);
        if (notOpen.isPresent()) {
            return Verdict.refused(notOpen.get());
        }
        Long asked = capture.amount();
        long amount = asked == null ? hold.amount() : asked;
        if (amount > hold.amount()) {
            return Verdict.refused(exceeds("The hold reserves " + hold.amount() + "; more cannot be captured."));
        }
        AccountState debit = account(work, hold.debitAccountId()).holdingDebit(-hold.amount());
        AccountState credit = account(work, hold.creditAccountId()).holdingCredit(-hold.amount());
        Optional<Refusal> refusal = Affordability.refusal(debit, credit, amount, hold.currency());
        if (refusal.isPresent()) {
            return Verdict.refused(refusal.get());
        }
        TransactionRow row = related(TransactionKind.CAPTURE, hold, amount, command, now);
        work.add(row);
        work.removeOpenHold(hold.id());
        post(row, debit, credit, work);
        return Verdict.done(row);
    }

    private Verdict voidHold(Command.FromClient command, WorkSet work, Instant now) {
        TransactionRow hold = original(command, work);
        boolean isPlacer = command.userId() != null && command.userId().equals(hold.initiatorUserId());
        if (!isPlacer && !command.actsFor(hold.creditOwnerId())) {
            throw ProblemException.forbidden("Only who placed a hold, or would receive its money, voids it.");
        }
        Optional<Refusal> notOpen = notOpen(hold, work, now);
        if (notOpen.isPresent()) {
            return Verdict.refused(notOpen.get());
        }
        TransactionRow row = related(TransactionKind.VOID, hold, hold.amount(), command, now);
        giveBack(row, hold, work);
        return Verdict.done(row);
    }

    private Outcome expire(Command.Expire command, WorkSet work, Instant now) {
        TransactionRow hold = work.original(command.holdId()).orElseThrow(LedgerProblems::noTransaction);
        Instant expiresAt = hold.expiresAt();
        if (!work.isOpenHold(hold.id()) || expiresAt == null || expiresAt.isAfter(now)) {
            return new Outcome.Refused(holdNotOpen("The hold is not open any more, or not over yet."), false);
        }
        TransactionRow row = related(TransactionKind.EXPIRY, hold, hold.amount(), null, now);
        giveBack(row, hold, work);
        return new Outcome.Done(row.atFirst(), false);
    }

    private static void giveBack(TransactionRow row, TransactionRow hold, WorkSet work) {
        work.add(row);
        work.removeOpenHold(hold.id());
        work.put(account(work, hold.debitAccountId()).holdingDebit(-hold.amount()));
        work.put(account(work, hold.creditAccountId()).holdingCredit(-hold.amount()));
    }

    private Verdict reverse(Command.FromClient command, Reversal reversal, WorkSet work, Instant now) {
        TransactionRow original = original(command, work);
        if (!command.actsFor(original.creditOwnerId())) {
            throw ProblemException.forbidden("Only who received the money of a transaction reverses it.");
        }
        if (original.kind() != TransactionKind.TRANSFER && original.kind() != TransactionKind.CAPTURE) {
            return Verdict.refused(LedgerProblems.refusal(
                    LedgerProblems.NOT_REVERSIBLE,
                    "Only a transfer or a capture can be reversed, not a "
                            + original.kind().kindName() + "."));
        }
        WorkSet.ReversedSum before = work.reversedSum(original.id())
                .orElseGet(() -> new WorkSet.ReversedSum(original.id(), original.amount(), 0));
        if (before.left() == 0) {
            return Verdict.refused(LedgerProblems.refusal(
                    LedgerProblems.ALREADY_REVERSED, "All of this transaction is reversed already."));
        }
        Long asked = reversal.amount();
        long amount = asked == null ? before.left() : asked;
        if (amount > before.left()) {
            return Verdict.refused(exceeds("Of this transaction " + before.left() + " is left to reverse."));
        }
        // The money goes back, so the receiver of then is the payer of now.
        AccountState debit = account(work, original.creditAccountId());
        AccountState credit = account(work, original.debitAccountId());
        Optional<Refusal> refusal = Affordability.refusal(debit, credit, amount, original.currency());
        if (refusal.isPresent()) {
            return Verdict.refused(refusal.get());
        }
        TransactionRow row = related(TransactionKind.REVERSAL, original, amount, command, now);
        work.add(row);
        work.put(new WorkSet.ReversedSum(original.id(), original.amount(), before.reversed() + amount));
        post(row, debit, credit, work);
        return Verdict.done(row);
    }

    /** The transaction that the command is about; to who may not see it, it does not exist. */
    private static TransactionRow original(Command.FromClient command, WorkSet work) {
        return command.originalId()
                .flatMap(work::original)
                .filter(row -> command.actsFor(row.debitOwnerId()) || command.actsFor(row.creditOwnerId()))
                .orElseThrow(LedgerProblems::noTransaction);
    }

    private static Optional<Refusal> notOpen(TransactionRow hold, WorkSet work, Instant now) {
        if (hold.kind() != TransactionKind.HOLD) {
            return Optional.of(holdNotOpen("This transaction is no hold."));
        }
        if (!work.isOpenHold(hold.id())) {
            return Optional.of(holdNotOpen("The hold was captured, voided or expired before."));
        }
        Instant expiresAt = hold.expiresAt();
        // Whether the background worker has come by yet makes no difference.
        return expiresAt != null && !expiresAt.isAfter(now)
                ? Optional.of(holdNotOpen("The time of the hold is over."))
                : Optional.empty();
    }

    private static Refusal holdNotOpen(String detail) {
        return LedgerProblems.refusal(LedgerProblems.HOLD_NOT_OPEN, detail);
    }

    private static Refusal exceeds(String detail) {
        return LedgerProblems.refusal(LedgerProblems.EXCEEDS_ORIGINAL, detail, "amount", "is too large");
    }

    private static AccountState account(WorkSet work, UUID id) {
        return work.account(id)
                .orElseThrow(() -> new IllegalStateException(
                        "account " + id + " of a transaction is missing; the foreign keys of the ledger were removed"));
    }

    /** @param command {@code null} for the server itself */
    private TransactionRow related(
            TransactionKind kind,
            TransactionRow original,
            long amount,
            Command.@Nullable FromClient command,
            Instant now) {
        boolean isBack = kind == TransactionKind.REVERSAL;
        return new TransactionRow(
                ids.get(),
                kind,
                isBack ? original.creditAccountId() : original.debitAccountId(),
                isBack ? original.debitAccountId() : original.creditAccountId(),
                isBack ? original.creditOwnerId() : original.debitOwnerId(),
                isBack ? original.debitOwnerId() : original.creditOwnerId(),
                amount,
                original.currency(),
                original.id(),
                null,
                null,
                command == null ? null : command.initiator().clientId(),
                command == null ? null : command.userId(),
                null,
                now);
    }

    private static void post(TransactionRow row, AccountState debit, AccountState credit, WorkSet work) {
        AccountState paid = debit.debited(row.amount());
        AccountState received = credit.credited(row.amount());
        work.put(paid);
        work.put(received);
        work.add(entry(row, paid, Direction.DEBIT));
        work.add(entry(row, received, Direction.CREDIT));
    }

    private static EntryRow entry(TransactionRow row, AccountState after, Direction direction) {
        return new EntryRow(
                after.id(), after.lastSequence(), row.id(), direction, row.amount(), after.posted(), row.createdAt());
    }
}
