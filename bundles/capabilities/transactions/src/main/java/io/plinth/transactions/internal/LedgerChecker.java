package io.plinth.transactions.internal;

import io.plinth.transactions.LedgerCheck;
import io.plinth.transactions.internal.SealTable.Seal;
import io.plinth.tx.Transactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/**
 * Recomputes the ledger from its journal: first the accounts with their entries and seals, then the transactions. It goes in
 * steps, each in a snapshot of its own, and in statements that read one range of an index, so neither memory nor the time of
 * a statement grows with the ledger, and no snapshot keeps the database from cleaning up. An account is always checked within
 * one snapshot, whoever writes meanwhile.
 */
final class LedgerChecker {
    private static final int ACCOUNTS_PAGE = 100;
    private static final int TRANSACTIONS_PAGE = 2_000;
    private static final UUID FIRST = new UUID(0, 0);
    private static final AccountRange.Source<JournalRow> ENTRIES = new AccountRange.Source<>(
            JournalRow::ofAccount, JournalRow::ofAccounts, JournalRow::accountId, JournalRow::sequence);
    private static final AccountRange.Source<Seal> SEALS =
            new AccountRange.Source<>(SealTable::ofAccount, SealTable::ofAccounts, Seal::accountId, Seal::after);

    private final Transactions transactions;
    private final byte[] key;
    private final Violations violations = new Violations();
    private UUID after = FIRST;
    private boolean isAtTransactions;
    private long accountCount;
    private long transactionCount;

    /** @param key of the seals */
    LedgerChecker(Transactions transactions, byte[] key) {
        this.transactions = transactions;
        this.key = key.clone();
    }

    /** Does what is left. */
    LedgerCheck check() {
        boolean isMore = true;
        while (isMore) {
            isMore = step();
        }
        return found();
    }

    /** What was found until now. */
    LedgerCheck found() {
        return new LedgerCheck(accountCount, transactionCount, violations.first(), violations.count());
    }

    /**
     * Checks some accounts or transactions.
     *
     * @return whether there is more
     */
    boolean step() {
        if (!isAtTransactions) {
            Accounts page = transactions.read(JdbcWork.of(transaction -> accounts(transaction.connection(), after)));
            violations.addAll(page.violations());
            accountCount += page.rows().size();
            isAtTransactions = page.rows().size() < ACCOUNTS_PAGE;
            after = isAtTransactions ? FIRST : page.last();
            return true;
        }
        TransactionPage page = transactions.read(
                JdbcWork.of(transaction -> TransactionPage.read(transaction.connection(), after, TRANSACTIONS_PAGE)));
        page.check(violations);
        transactionCount += page.size();
        if (page.size() < TRANSACTIONS_PAGE) {
            return false;
        }
        after = page.last();
        return true;
    }

    /** A page and what is wrong with it, apart from all else, since a transaction may be done twice. */
    private record Accounts(List<AccountPage.Row> rows, Violations violations) {
        UUID last() {
            return rows.get(rows.size() - 1).id();
        }
    }

    private Accounts accounts(Connection connection, UUID from) throws SQLException {
        Accounts page = new Accounts(AccountPage.read(connection, from, ACCOUNTS_PAGE), new Violations());
        if (page.rows().isEmpty()) {
            return page;
        }
        AccountRange<JournalRow> entries = new AccountRange<>(connection, ENTRIES, from, page.last());
        AccountRange<Seal> seals = new AccountRange<>(connection, SEALS, from, page.last());
        for (AccountPage.Row account : page.rows()) {
            skipOrphans(entries, account.id(), page.violations());
            AccountCheck check = new AccountCheck(account.id(), key, seals, page.violations());
            for (JournalRow row = entries.peek();
                    row != null && row.accountId().equals(account.id());
                    row = entries.peek()) {
                check.add(row);
                entries.remove();
            }
            check.end(account);
        }
        return page;
    }

    /** Entries of accounts that are not there, before the next one that is. */
    private static void skipOrphans(AccountRange<JournalRow> entries, UUID accountId, Violations violations)
            throws SQLException {
        for (JournalRow row = entries.peek();
                row != null && IdLists.isBefore(row.accountId(), accountId);
                row = entries.peek()) {
            violations.add("entry-account", row.accountId(), "entry " + row.sequence() + " has no account");
            entries.remove();
        }
    }
}
