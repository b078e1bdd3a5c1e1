package io.plinth.transactions.internal;

import io.plinth.transactions.internal.SealTable.Progress;
import io.plinth.transactions.internal.SealTable.Seal;
import io.plinth.tx.Transactions;
import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Seals entries after they were committed. It reads without locks and writes only seals, so the committers never wait for
 * it, however busy an account is.
 */
final class Sealer {
    private static final UUID FIRST = new UUID(0, 0);
    private static final int ACCOUNTS_PAGE = 200;

    /** What one transaction reads and writes. */
    private static final int ENTRIES_PAGE = 8 * SealTable.ENTRIES_MAX;

    private final Transactions transactions;
    private final Clock clock;
    private final byte[] key;
    private UUID after = FIRST;

    Sealer(Transactions transactions, Clock clock, byte[] key) {
        this.transactions = transactions;
        this.clock = clock;
        this.key = key.clone();
    }

    /** What a page made, and where the next one begins. */
    private record Page(List<Seal> seals, UUID last, boolean isLast) {}

    /**
     * Seals the next page of accounts, or some thousand entries of it.
     *
     * @return whether there is more until all accounts were looked at
     */
    synchronized boolean step() {
        UUID from = after;
        Page page = transactions.read(JdbcWork.of(transaction -> page(transaction.connection(), from)));
        if (!page.seals().isEmpty()) {
            transactions.write(JdbcWork.of(transaction -> {
                SealTable.insert(transaction.connection(), page.seals(), clock.instant());
                return page;
            }));
        }
        after = page.isLast() ? FIRST : page.last();
        return !page.isLast();
    }

    private Page page(Connection connection, UUID from) throws SQLException {
        List<Progress> accounts = SealTable.progress(connection, from, ACCOUNTS_PAGE);
        List<Seal> seals = new ArrayList<>();
        int entries = 0;
        UUID last = from;
        for (Progress account : accounts) {
            long sealedUpTo = account.sealedUpTo();
            SealChain chain = account.seal() == null
                    ? SealChain.of(key, account.accountId())
                    : SealChain.from(key, account.seal());
            while (account.lastSequence() > sealedUpTo) {
                if (entries >= ENTRIES_PAGE) {
                    // The rest of this account comes first in the next page.
                    return new Page(seals, last, false);
                }
                List<JournalRow> rows =
                        JournalRow.ofAccount(connection, account.accountId(), sealedUpTo, SealTable.ENTRIES_MAX);
                if (!isSound(rows, sealedUpTo)) {
                    // What is wrong already is not sealed; the check names it.
                    break;
                }
                seals.add(seal(account.accountId(), sealedUpTo, rows, chain));
                sealedUpTo += rows.size();
                entries += rows.size();
            }
            last = account.accountId();
        }
        return new Page(seals, last, accounts.size() < ACCOUNTS_PAGE);
    }

    /** Whether they are there without a gap, each with its transaction. */
    private static boolean isSound(List<JournalRow> rows, long after) {
        return !rows.isEmpty()
                && rows.get(rows.size() - 1).sequence() == after + rows.size()
                && rows.stream().allMatch(row -> row.transaction() != null);
    }

    private static Seal seal(UUID accountId, long after, List<JournalRow> rows, SealChain chain) {
        ByteArrayOutputStream marks = new ByteArrayOutputStream(rows.size() * SealChain.MARK_BYTES);
        for (JournalRow row : rows) {
            chain.add(row);
            marks.writeBytes(chain.mark());
        }
        return new Seal(accountId, after, after + rows.size(), marks.toByteArray(), chain.seal());
    }
}
