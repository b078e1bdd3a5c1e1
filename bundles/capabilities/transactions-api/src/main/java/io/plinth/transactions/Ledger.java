package io.plinth.transactions;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The ledger: accounts, and transactions that are one debit and one credit of the same amount and currency, for good.
 *
 * <p>Who may see and do what is decided here, for the {@link Initiator} that is given: to one who does not act for all, what
 * belongs to somebody else does not exist. Each change is one database transaction together with its event on
 * {@code queue.transactions.events}, {@code io.plinth.transactions.posted|held|captured|voided|expired|reversed} or
 * {@code io.plinth.accounts.opened|closed}; the events leave in the order of the changes.
 *
 * <p>Ids that are no UUID are ids of nothing. Values are snapshots. Safe for use by many threads. While the database is away,
 * every method throws {@link io.plinth.problem.ProblemException} 503 with {@code Retry-After}; the same with the same key can
 * then be submitted again without harm.
 *
 * @since 1.0
 */
@ProviderType
public interface Ledger {
    /** Most items of a batch. */
    int BATCH_ITEMS_MAX = 1_000;

    /**
     * Opens an account with nothing on it.
     *
     * @throws io.plinth.problem.ProblemException 400 when {@code ownerId} is missing and nobody acts as a user; 403 for an
     *     overdraft that the initiator may not grant; 409 {@code account-exists}; 422 {@code unknown-user}; 503 also while
     *     there is no users capability to ask for the owner
     */
    Account openAccount(Initiator initiator, NewAccount account);

    /** The account of that id as it is now, closed ones too. */
    Optional<Account> findAccount(Initiator initiator, String id);

    /** The account with the balance that it had at the end of that microsecond; empty for one made later, too. */
    Optional<Account> findAccount(Initiator initiator, String id, Instant at);

    /**
     * Accounts in the order of their ids, closed ones included.
     *
     * @param ownerId empty for all that the initiator may see
     */
    LedgerPage<Account> accounts(Initiator initiator, Optional<String> ownerId, PageKey page);

    /**
     * Closes an account for good. Closing a closed account again does nothing.
     *
     * @throws io.plinth.problem.ProblemException 404 for an unknown one; 409 {@code account-not-empty} unless its balance is
     *     zero and no hold is open on either side
     */
    Account closeAccount(Initiator initiator, String id);

    /**
     * What was posted to an account, oldest first.
     *
     * @param from posted at this time or later; empty for the beginning
     * @param to posted before this time; empty for the end
     * @throws io.plinth.problem.ProblemException 404 for an unknown account
     */
    LedgerPage<Movement> statement(
            Initiator initiator, String accountId, Optional<Instant> from, Optional<Instant> to, PageKey page);

    /**
     * Does what is asked, once for each key of a client. When this returns, it is on disk.
     *
     * @return what was done or why it was refused, also of an earlier request with the same key; with another request, or as
     *     another user, the key is refused with 422 {@code idempotency-key-reused}
     * @throws io.plinth.problem.ProblemException 400 for a hold that would be over already; 404 when there is no such
     *     original; 403 when it may be seen, but not changed so by the initiator; 503 with {@code Retry-After}. None of these
     *     is stored
     */
    Outcome submit(Initiator initiator, KeyedRequest request);

    /**
     * Does all that is asked, in order.
     *
     * @param requests 1 to {@link #BATCH_ITEMS_MAX} transfers and holds; fields at fault are named like
     *     {@code items[3].expiresAt}
     * @return as many outcomes, in the same order
     * @throws io.plinth.problem.ProblemException 400 as in {@link #submit}, nothing is done then; 422 {@code batch-refused}
     *     naming the first refused item of an atomic batch, of which nothing is done and no key is used up then; 503, where of
     *     an independent batch some may be done
     */
    List<Outcome> submitBatch(Initiator initiator, BatchMode mode, List<KeyedRequest> requests);

    /** The transaction of that id, with the status of now. */
    Optional<LedgerTransaction> findTransaction(Initiator initiator, String id);

    /** Transactions that match, newest first, each with the status of now. */
    LedgerPage<LedgerTransaction> transactions(Initiator initiator, TransactionFilter filter, PageKey page);

    /**
     * All transactions that match, newest first, in constant memory. What is made meanwhile is left out.
     *
     * @param row called for one after the other, on this thread; what it throws ends the export
     */
    void export(Initiator initiator, TransactionFilter filter, Consumer<LedgerTransaction> row);

    /** Recomputes everything from the journal, in constant memory; may take a minute for ten million rows. */
    LedgerCheck check();
}
