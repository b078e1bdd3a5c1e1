package io.plinth.transactions.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows whose key is an account and a number, in its order, page by page: each page is one short statement that begins
 * where the last one ended, and no more than one is in memory.
 */
final class AccountRange<T> {
    private static final int PAGE_ROWS = 2_000;

    /** The next rows of an account after a number. */
    interface OfAccount<T> {
        List<T> read(Connection connection, UUID accountId, long after, int limit) throws SQLException;
    }

    /** The first rows of the accounts after one and up to another. */
    interface OfAccounts<T> {
        List<T> read(Connection connection, UUID after, UUID upTo, int limit) throws SQLException;
    }

    /** A table with such a key. */
    record Source<T>(
            OfAccount<T> ofAccount, OfAccounts<T> ofAccounts, Function<T, UUID> accountId, ToLongFunction<T> number) {}

    private final Connection connection;
    private final Source<T> source;
    private final UUID upTo;
    private final Queue<T> page = new ArrayDeque<>();
    private UUID after;
    private long afterNumber;
    private boolean isInsideAccount;
    private boolean isRead;

    /**
     * Reads nothing yet.
     *
     * @param after the account before the first one
     * @param upTo the last one
     */
    AccountRange(Connection connection, Source<T> source, UUID after, UUID upTo) {
        this.connection = connection;
        this.source = source;
        this.after = after;
        this.upTo = upTo;
    }

    /** The next row, left where it is; {@code null} at the end. */
    @Nullable
    T peek() throws SQLException {
        while (page.isEmpty() && !isRead) {
            readPage();
        }
        return page.peek();
    }

    void remove() {
        page.remove();
    }

    private void readPage() throws SQLException {
        // Two statements, since a condition on both columns at once is not read as one range of the index.
        if (isInsideAccount) {
            List<T> rows = source.ofAccount().read(connection, after, afterNumber, PAGE_ROWS);
            isInsideAccount = rows.size() == PAGE_ROWS;
            add(rows);
        } else {
            List<T> rows = source.ofAccounts().read(connection, after, upTo, PAGE_ROWS);
            isInsideAccount = rows.size() == PAGE_ROWS;
            isRead = rows.size() < PAGE_ROWS;
            add(rows);
        }
    }

    private void add(List<T> rows) {
        if (!rows.isEmpty()) {
            T last = rows.get(rows.size() - 1);
            after = source.accountId().apply(last);
            afterNumber = source.number().applyAsLong(last);
            page.addAll(rows);
        }
    }
}
