package io.plinth.shell.internal;

import io.plinth.transactions.Account;
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
import io.plinth.transactions.TransactionFilter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A ledger that is only looked at. */
final class FakeLedger implements Ledger {
    List<LedgerTransaction> journal = List.of();
    Optional<String> next = Optional.empty();
    LedgerCheck found = new LedgerCheck(3, 2, List.of());
    Initiator initiator;
    TransactionFilter filter;
    PageKey page;

    @Override
    public LedgerPage<LedgerTransaction> transactions(Initiator by, TransactionFilter wanted, PageKey key) {
        initiator = by;
        filter = wanted;
        page = key;
        return new LedgerPage<>(journal, next);
    }

    @Override
    public LedgerCheck check() {
        return found;
    }

    @Override
    public Account openAccount(Initiator by, NewAccount account) {
        throw changesNothing();
    }

    @Override
    public Optional<Account> findAccount(Initiator by, String id) {
        throw changesNothing();
    }

    @Override
    public Optional<Account> findAccount(Initiator by, String id, Instant at) {
        throw changesNothing();
    }

    @Override
    public LedgerPage<Account> accounts(Initiator by, Optional<String> ownerId, PageKey key) {
        throw changesNothing();
    }

    @Override
    public Account closeAccount(Initiator by, String id) {
        throw changesNothing();
    }

    @Override
    public LedgerPage<Movement> statement(
            Initiator by, String accountId, Optional<Instant> from, Optional<Instant> to, PageKey key) {
        throw changesNothing();
    }

    @Override
    public Outcome submit(Initiator by, KeyedRequest request) {
        throw changesNothing();
    }

    @Override
    public List<Outcome> submitBatch(Initiator by, BatchMode mode, List<KeyedRequest> requests) {
        throw changesNothing();
    }

    @Override
    public Optional<LedgerTransaction> findTransaction(Initiator by, String id) {
        throw changesNothing();
    }

    @Override
    public void export(Initiator by, TransactionFilter wanted, Consumer<LedgerTransaction> row) {
        throw changesNothing();
    }

    private static UnsupportedOperationException changesNothing() {
        return new UnsupportedOperationException("no command does that");
    }
}
