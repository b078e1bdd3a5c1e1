package io.plinth.transactions.internal.rest;

import io.plinth.problem.ProblemType;
import io.plinth.transactions.Account;
import io.plinth.transactions.AccountStatus;
import io.plinth.transactions.Balance;
import io.plinth.transactions.BatchMode;
import io.plinth.transactions.Initiator;
import io.plinth.transactions.KeyedRequest;
import io.plinth.transactions.Ledger;
import io.plinth.transactions.LedgerCheck;
import io.plinth.transactions.LedgerPage;
import io.plinth.transactions.LedgerTransaction;
import io.plinth.transactions.Movement;
import io.plinth.transactions.NewAccount;
import io.plinth.transactions.Outcome;
import io.plinth.transactions.PageKey;
import io.plinth.transactions.Refusal;
import io.plinth.transactions.TransactionFilter;
import io.plinth.transactions.TransactionKind;
import io.plinth.transactions.TransactionRequest;
import io.plinth.transactions.TransactionStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Answers what the test has put into it, replays by key, and remembers what it was asked. */
final class FakeLedger implements Ledger {
    static final ProblemType INSUFFICIENT = new ProblemType("insufficient-funds", 422, "Insufficient funds");
    static final Instant NOW = Instant.parse("2026-11-25T12:00:00.000001Z");
    static final String ACCOUNT = "01900000-0000-7000-8000-000000000001";
    static final String OTHER = "01900000-0000-7000-8000-000000000002";
    static final String TRANSACTION = "01900000-0000-7000-8000-000000000003";

    /** From this amount on there is not enough money. */
    static final long TOO_MUCH = 1_000_000;

    final List<LedgerTransaction> journal = new ArrayList<>();
    final Map<String, Outcome> answers = new HashMap<>();

    @Nullable
    Initiator initiator;

    @Nullable
    TransactionRequest request;

    @Nullable
    BatchMode mode;

    @Nullable
    TransactionFilter filter;

    @Nullable
    PageKey page;

    @Nullable
    NewAccount opened;

    @Nullable
    Instant at;

    @Nullable
    List<Optional<Instant>> period;

    Optional<String> ownerId = Optional.empty();
    Optional<String> next = Optional.empty();
    LedgerCheck found = new LedgerCheck(2, 1, List.of());
    Runnable beforeRow = () -> {};

    static Account account(@Nullable Long overdraftLimit) {
        Balance balance = new Balance(70, 20, overdraftLimit == null ? null : 50 + overdraftLimit);
        return new Account(ACCOUNT, "ada", "EUR", null, AccountStatus.OPEN, overdraftLimit, balance, NOW);
    }

    static LedgerTransaction transaction(@Nullable String reference, @Nullable String metadata) {
        return new LedgerTransaction(
                TRANSACTION,
                TransactionKind.TRANSFER,
                TransactionStatus.POSTED,
                ACCOUNT,
                OTHER,
                7,
                "EUR",
                reference,
                metadata,
                null,
                null,
                NOW);
    }

    @Override
    public Account openAccount(Initiator by, NewAccount account) {
        initiator = by;
        opened = account;
        return account(account.overdraftLimit());
    }

    @Override
    public Optional<Account> findAccount(Initiator by, String id) {
        initiator = by;
        return id.equals(ACCOUNT) ? Optional.of(account(0L)) : Optional.empty();
    }

    @Override
    public Optional<Account> findAccount(Initiator by, String id, Instant time) {
        at = time;
        return findAccount(by, id);
    }

    @Override
    public LedgerPage<Account> accounts(Initiator by, Optional<String> owner, PageKey key) {
        initiator = by;
        ownerId = owner;
        page = key;
        return new LedgerPage<>(List.of(account(null)), next);
    }

    @Override
    public Account closeAccount(Initiator by, String id) {
        initiator = by;
        return account(0L);
    }

    @Override
    public LedgerPage<Movement> statement(
            Initiator by, String accountId, Optional<Instant> from, Optional<Instant> to, PageKey key) {
        initiator = by;
        period = List.of(from, to);
        page = key;
        return new LedgerPage<>(List.of(new Movement(1, TRANSACTION, Movement.Direction.CREDIT, 70, 70, NOW)), next);
    }

    @Override
    public Outcome submit(Initiator by, KeyedRequest keyed) {
        initiator = by;
        request = keyed.request();
        Outcome stored = answers.get(keyed.key());
        if (stored instanceof Outcome.Done done) {
            return new Outcome.Done(done.transaction(), true);
        }
        if (stored instanceof Outcome.Refused refused) {
            return new Outcome.Refused(refused.refusal(), true);
        }
        Outcome outcome = isTooMuch(keyed.request())
                ? new Outcome.Refused(new Refusal(INSUFFICIENT, "There is not enough money.", List.of()), false)
                : new Outcome.Done(transaction(null, null), false);
        answers.put(keyed.key(), outcome);
        return outcome;
    }

    @Override
    public List<Outcome> submitBatch(Initiator by, BatchMode how, List<KeyedRequest> requests) {
        mode = how;
        return requests.stream().map(keyed -> submit(by, keyed)).toList();
    }

    @Override
    public Optional<LedgerTransaction> findTransaction(Initiator by, String id) {
        initiator = by;
        return id.equals(TRANSACTION) ? Optional.of(transaction("r", "{\"a\":1}")) : Optional.empty();
    }

    @Override
    public LedgerPage<LedgerTransaction> transactions(Initiator by, TransactionFilter wanted, PageKey key) {
        initiator = by;
        filter = wanted;
        page = key;
        return new LedgerPage<>(journal, next);
    }

    @Override
    public void export(Initiator by, TransactionFilter wanted, Consumer<LedgerTransaction> row) {
        initiator = by;
        filter = wanted;
        for (LedgerTransaction transaction : journal) {
            beforeRow.run();
            row.accept(transaction);
        }
    }

    @Override
    public LedgerCheck check() {
        return found;
    }

    private static boolean isTooMuch(TransactionRequest asked) {
        return asked instanceof TransactionRequest.Transfer transfer && transfer.amount() >= TOO_MUCH;
    }
}
