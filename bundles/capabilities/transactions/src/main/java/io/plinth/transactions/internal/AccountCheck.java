package io.plinth.transactions.internal;

import io.plinth.transactions.internal.JournalRow.Side;
import io.plinth.transactions.internal.SealTable.Seal;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Recomputes one account from its entries, and compares them with their transactions and seals. Of what is wrong with the
 * numbers, the balances and the seals of an account the first is named, since all that follows is wrong with it.
 */
final class AccountCheck {
    private final UUID accountId;
    private final Violations violations;
    private final AccountRange<Seal> seals;
    private final SealChain chain;
    private long entries;
    private long debits;
    private long credits;
    private boolean isGapFound;
    private boolean isBalanceWrong;
    private boolean isChainBroken;
    private long sealedUpTo;
    private @Nullable Seal seal;

    /** @param seals of all accounts, those of accounts before this one already taken */
    AccountCheck(UUID accountId, byte[] key, AccountRange<Seal> seals, Violations violations) {
        this.accountId = accountId;
        this.seals = seals;
        this.violations = violations;
        this.chain = SealChain.of(key, accountId);
    }

    /** The next entry, in the order of numbers. */
    void add(JournalRow row) throws SQLException {
        entries++;
        if (row.isDebit()) {
            debits += row.amount();
        } else {
            credits += row.amount();
        }
        if (row.sequence() != entries && !isGapFound) {
            isGapFound = true;
            violations.add("statement-gapless", accountId, "entry " + entries + " is missing");
        }
        if (row.balanceAfter() != credits - debits && !isBalanceWrong) {
            isBalanceWrong = true;
            violations.add(
                    "entry-balance",
                    accountId,
                    "entry " + row.sequence() + ": stored " + row.balanceAfter() + ", recomputed "
                            + (credits - debits));
        }
        compareTransaction(row);
        compareSeal(row);
    }

    private void compareTransaction(JournalRow row) {
        Side transaction = row.transaction();
        if (transaction == null) {
            violations.add("entry-transaction", accountId, "entry " + row.sequence() + " has no transaction");
        } else if (transaction.amount() != row.amount()
                || !accountId.equals(row.isDebit() ? transaction.debitAccountId() : transaction.creditAccountId())) {
            violations.add(
                    "entry-transaction",
                    accountId,
                    "entry " + row.sequence() + " has another amount or account than transaction "
                            + row.transactionId());
        }
    }

    private void compareSeal(JournalRow row) throws SQLException {
        if (isChainBroken) {
            return;
        }
        chain.add(row);
        while (seal == null || row.sequence() > seal.upTo()) {
            Seal next = nextSeal();
            if (next == null) {
                return;
            }
            if (next.after() != sealedUpTo) {
                breakChain("seal-chain", "the seal after entry " + sealedUpTo + " is missing");
                return;
            }
            sealedUpTo = next.upTo();
            seal = next;
        }
        compareMark(row, seal);
    }

    private void compareMark(JournalRow row, Seal current) {
        int at = Math.toIntExact((row.sequence() - current.after() - 1) * SealChain.MARK_BYTES);
        byte[] mark = chain.mark();
        boolean isMarked = at >= 0
                && at + mark.length <= current.marks().length
                && Arrays.equals(current.marks(), at, at + mark.length, mark, 0, mark.length);
        boolean isSealed = row.sequence() < current.upTo() || MessageDigest.isEqual(chain.seal(), current.seal());
        if (!isMarked || !isSealed) {
            breakChain(
                    "entry-seal",
                    "entry " + row.sequence()
                            + " is not as it was sealed: it or its transaction was changed, it was put"
                            + " in, or the one before it was removed");
        }
    }

    private void breakChain(String rule, String detail) {
        isChainBroken = true;
        violations.add(rule, accountId, detail);
    }

    private @Nullable Seal nextSeal() throws SQLException {
        Seal next = seals.peek();
        while (next != null && IdLists.isBefore(next.accountId(), accountId)) {
            violations.add("seal-account", next.accountId(), "the entries of this account are sealed, and it is gone");
            seals.remove();
            next = seals.peek();
        }
        if (next == null || !next.accountId().equals(accountId)) {
            return null;
        }
        seals.remove();
        return next;
    }

    /** After the last entry: compares sums with the account. */
    void end(AccountPage.Row account) throws SQLException {
        violations.compare("account-debits", accountId, account.postedDebits(), debits);
        violations.compare("account-credits", accountId, account.postedCredits(), credits);
        violations.compare("account-sequence", accountId, account.lastSequence(), entries);
        violations.compare("account-pending-debits", accountId, account.pendingDebits(), account.openDebits());
        violations.compare("account-pending-credits", accountId, account.pendingCredits(), account.openCredits());
        long last = sealedUpTo;
        for (Seal more = nextSeal(); more != null; more = nextSeal()) {
            last = Math.max(last, more.upTo());
        }
        if (last > entries && !isGapFound && !isChainBroken) {
            breakChain(
                    "entry-seal",
                    "entry " + (entries + 1) + " was sealed and is gone, as are all after it up to " + last);
        }
    }
}
