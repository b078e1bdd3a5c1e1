package io.plinth.transactions.internal;

import io.plinth.transactions.Account;
import io.plinth.transactions.AccountStatus;
import io.plinth.transactions.Balance;
import io.plinth.transactions.LedgerTransaction;
import io.plinth.transactions.TransactionKind;
import io.plinth.transactions.TransactionRequest;
import io.plinth.transactions.TransactionRequest.Capture;
import io.plinth.transactions.TransactionRequest.Hold;
import io.plinth.transactions.TransactionRequest.Reversal;
import io.plinth.transactions.TransactionRequest.Transfer;
import io.plinth.transactions.TransactionRequest.Voiding;
import io.plinth.transactions.TransactionStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A ledger so naive that it is plainly right: it keeps nothing but the list of what happened and adds everything up anew for
 * each question. It says what the real one must answer to one who may do everything.
 */
final class LedgerModel {
    /** What a key was used for, and the verdict. */
    private record Used(TransactionRequest request, String verdict) {}

    private Map<String, Account> accounts = new LinkedHashMap<>();
    private Map<String, Used> keys = new HashMap<>();
    private List<LedgerTransaction> journal = new ArrayList<>();

    LedgerModel copy() {
        LedgerModel copy = new LedgerModel();
        copy.accounts = new LinkedHashMap<>(accounts);
        copy.keys = new HashMap<>(keys);
        copy.journal = new ArrayList<>(journal);
        return copy;
    }

    void opened(Account account) {
        accounts.put(account.id(), account);
    }

    /** {@code ok}, or the name of the problem. */
    String close(String accountId) {
        Account account = accounts.get(accountId);
        boolean isEmpty = posted(accountId) == 0
                && open().noneMatch(hold -> hold.debitAccountId().equals(accountId)
                        || hold.creditAccountId().equals(accountId));
        if (!isEmpty) {
            return "account-not-empty";
        }
        accounts.put(
                accountId,
                new Account(
                        account.id(),
                        account.ownerId(),
                        account.currency(),
                        account.name(),
                        AccountStatus.CLOSED,
                        account.overdraftLimit(),
                        account.balance(),
                        account.createdAt()));
        return "ok";
    }

    /**
     * What a request is answered; done at once, with the id that the real ledger gave it.
     *
     * @param id of the transaction that the real ledger made, if it made one
     */
    String submit(String key, TransactionRequest request, Instant now, String id) {
        Used used = keys.get(key);
        if (used != null) {
            return used.request().equals(request) ? used.verdict() + " again" : "idempotency-key-reused";
        }
        String verdict = verdict(request, now);
        if (!verdict.equals("not-found") && !verdict.equals("invalid-request")) {
            keys.put(key, new Used(request, verdict));
        }
        if (verdict.equals("ok")) {
            journal.add(made(request, now, id));
        }
        return verdict;
    }

    void expire(Instant now) {
        List<LedgerTransaction> over = open().filter(hold -> isOver(hold, now)).toList();
        over.forEach(hold -> journal.add(related(TransactionKind.EXPIRY, hold, hold.amount(), now, "expiry")));
    }

    private String verdict(TransactionRequest request, Instant now) {
        if (request instanceof Transfer transfer) {
            return pay(
                    transfer.debitAccountId(), transfer.creditAccountId(), transfer.amount(), transfer.currency(), 0);
        }
        if (request instanceof Hold hold) {
            return hold.expiresAt() != null && !hold.expiresAt().isAfter(now)
                    ? "invalid-request"
                    : pay(hold.debitAccountId(), hold.creditAccountId(), hold.amount(), hold.currency(), 0);
        }
        if (request instanceof Capture capture) {
            return resolve(capture.holdId(), capture.amount(), now);
        }
        if (request instanceof Voiding voiding) {
            return resolve(voiding.holdId(), null, now);
        }
        Reversal reversal = (Reversal) request;
        return find(reversal.transactionId())
                .map(original -> reverse(original, reversal.amount()))
                .orElse("not-found");
    }

    /** @param given back by the hold that is captured */
    private String pay(String debitId, String creditId, long amount, String currency, long given) {
        if (debitId.equals(creditId)) {
            return "same-account";
        }
        Account debit = accounts.get(debitId);
        Account credit = accounts.get(creditId);
        if (debit == null || credit == null) {
            return "unknown-account";
        }
        if (debit.status() == AccountStatus.CLOSED || credit.status() == AccountStatus.CLOSED) {
            return "account-closed";
        }
        if (!debit.currency().equals(currency) || !credit.currency().equals(currency)) {
            return "currency-mismatch";
        }
        Long available = balance(debitId).available();
        return available != null && available + given < amount ? "insufficient-funds" : "ok";
    }

    private String resolve(String holdId, @Nullable Long amount, Instant now) {
        Optional<LedgerTransaction> hold = find(holdId);
        if (hold.isEmpty()) {
            return "not-found";
        }
        if (open().noneMatch(hold.get()::equals) || isOver(hold.get(), now)) {
            return "hold-not-open";
        }
        return amount != null && amount > hold.get().amount() ? "exceeds-original" : "ok";
    }

    private String reverse(LedgerTransaction original, @Nullable Long amount) {
        if (original.kind() != TransactionKind.TRANSFER && original.kind() != TransactionKind.CAPTURE) {
            return "not-reversible";
        }
        long left = left(original);
        if (left == 0) {
            return "already-reversed";
        }
        long asked = amount == null ? left : amount;
        return asked > left
                ? "exceeds-original"
                : pay(original.creditAccountId(), original.debitAccountId(), asked, original.currency(), 0);
    }

    private LedgerTransaction made(TransactionRequest request, Instant now, String id) {
        if (request instanceof Transfer transfer) {
            return payment(
                    id,
                    TransactionKind.TRANSFER,
                    transfer.debitAccountId(),
                    transfer.creditAccountId(),
                    transfer.amount(),
                    null,
                    now);
        }
        if (request instanceof Hold hold) {
            return payment(
                    id,
                    TransactionKind.HOLD,
                    hold.debitAccountId(),
                    hold.creditAccountId(),
                    hold.amount(),
                    hold.expiresAt(),
                    now);
        }
        if (request instanceof Capture capture) {
            LedgerTransaction hold = find(capture.holdId()).orElseThrow();
            long amount = capture.amount() == null ? hold.amount() : capture.amount();
            return related(TransactionKind.CAPTURE, hold, amount, now, id);
        }
        if (request instanceof Voiding voiding) {
            LedgerTransaction hold = find(voiding.holdId()).orElseThrow();
            return related(TransactionKind.VOID, hold, hold.amount(), now, id);
        }
        Reversal reversal = (Reversal) request;
        LedgerTransaction original = find(reversal.transactionId()).orElseThrow();
        long amount = reversal.amount() == null ? left(original) : reversal.amount();
        return related(TransactionKind.REVERSAL, original, amount, now, id);
    }

    private LedgerTransaction payment(
            String id,
            TransactionKind kind,
            String debit,
            String credit,
            long amount,
            @Nullable Instant expiresAt,
            Instant now) {
        String currency = accounts.get(debit).currency();
        return new LedgerTransaction(
                id,
                kind,
                TransactionStatus.initial(kind),
                debit,
                credit,
                amount,
                currency,
                null,
                null,
                null,
                expiresAt,
                now);
    }

    private static LedgerTransaction related(
            TransactionKind kind, LedgerTransaction original, long amount, Instant now, String id) {
        boolean isBack = kind == TransactionKind.REVERSAL;
        return new LedgerTransaction(
                id,
                kind,
                TransactionStatus.POSTED,
                isBack ? original.creditAccountId() : original.debitAccountId(),
                isBack ? original.debitAccountId() : original.creditAccountId(),
                amount,
                original.currency(),
                null,
                null,
                original.id(),
                null,
                now);
    }

    List<LedgerTransaction> journal() {
        return List.copyOf(journal);
    }

    List<Account> accounts() {
        return List.copyOf(accounts.values());
    }

    Optional<LedgerTransaction> find(String id) {
        return journal.stream().filter(made -> made.id().equals(id)).findFirst();
    }

    Balance balance(String accountId) {
        long pending = open().filter(hold -> hold.debitAccountId().equals(accountId))
                .mapToLong(LedgerTransaction::amount)
                .sum();
        Long limit = accounts.get(accountId).overdraftLimit();
        long posted = posted(accountId);
        return new Balance(posted, pending, limit == null ? null : (Long) (posted - pending + limit));
    }

    private long posted(String accountId) {
        return journal.stream()
                .filter(made -> made.kind().movesMoney())
                .mapToLong(made -> (made.creditAccountId().equals(accountId) ? made.amount() : 0)
                        - (made.debitAccountId().equals(accountId) ? made.amount() : 0))
                .sum();
    }

    private Stream<LedgerTransaction> open() {
        return journal.stream()
                .filter(made -> made.kind() == TransactionKind.HOLD)
                .filter(hold -> resolutions(hold).findAny().isEmpty());
    }

    private Stream<LedgerTransaction> resolutions(LedgerTransaction hold) {
        return journal.stream()
                .filter(made -> made.kind().resolvesHold() && hold.id().equals(made.relatedTo()));
    }

    private long left(LedgerTransaction original) {
        return original.amount()
                - journal.stream()
                        .filter(made -> made.kind() == TransactionKind.REVERSAL
                                && original.id().equals(made.relatedTo()))
                        .mapToLong(LedgerTransaction::amount)
                        .sum();
    }

    private static boolean isOver(LedgerTransaction hold, Instant now) {
        return hold.expiresAt() != null && !hold.expiresAt().isAfter(now);
    }

    TransactionStatus status(LedgerTransaction made) {
        if (made.kind() == TransactionKind.HOLD) {
            return resolutions(made)
                    .map(resolution -> switch (resolution.kind()) {
                        case CAPTURE -> TransactionStatus.CAPTURED;
                        case VOID -> TransactionStatus.VOIDED;
                        default -> TransactionStatus.EXPIRED;
                    })
                    .findFirst()
                    .orElse(TransactionStatus.PENDING);
        }
        boolean isReversible = made.kind() == TransactionKind.TRANSFER || made.kind() == TransactionKind.CAPTURE;
        return isReversible && left(made) == 0 ? TransactionStatus.REVERSED : TransactionStatus.POSTED;
    }
}
