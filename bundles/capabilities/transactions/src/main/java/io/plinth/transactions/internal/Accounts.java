package io.plinth.transactions.internal;

import io.plinth.problem.ProblemException;
import io.plinth.transactions.Account;
import io.plinth.transactions.AccountStatus;
import io.plinth.transactions.Balance;
import io.plinth.transactions.Initiator;
import io.plinth.transactions.LedgerPage;
import io.plinth.transactions.Movement;
import io.plinth.transactions.NewAccount;
import io.plinth.transactions.PageKey;
import io.plinth.tx.Transactions;
import io.plinth.users.User;
import io.plinth.users.UserStatus;
import io.plinth.users.Users;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Accounts: opened, closed and read by plain statements, each in a transaction of its own. */
final class Accounts {
    private static final int DUPLICATE_ENTRY = 1062;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final Transactions transactions;
    private final Clock clock;
    private final TimeOrderedIds ids;
    private final Supplier<@Nullable Users> users;

    Accounts(Transactions transactions, Clock clock, TimeOrderedIds ids, Supplier<@Nullable Users> users) {
        this.transactions = transactions;
        this.clock = clock;
        this.ids = ids;
        this.users = users;
    }

    Account open(Initiator initiator, NewAccount account) {
        UUID ownerId = owner(initiator, account);
        Long limit = account.overdraftLimit();
        if (!initiator.actsForAll() && (limit == null || limit != 0)) {
            throw ProblemException.forbidden("Only the roles admin and service grant an overdraft.");
        }
        UUID id = account.id() == null ? ids.next() : UUID.fromString(account.id());
        AccountState state =
                new AccountState(id, ownerId, account.currency(), AccountStatus.OPEN, 0, 0, 0, 0, limit, 0);
        AccountTable.Row row = new AccountTable.Row(state, account.name(), now());
        UUID eventId = ids.next();
        return transactions.write(JdbcWork.of(transaction -> {
            try {
                AccountTable.insert(transaction.connection(), row);
            } catch (SQLException failure) {
                if (failure.getErrorCode() == DUPLICATE_ENTRY) {
                    throw LedgerProblems.problem(
                            LedgerProblems.ACCOUNT_EXISTS, "There is an account with this id.", "id", "is taken");
                }
                throw failure;
            }
            transaction.publish(LedgerEvents.account(LedgerEvents.ACCOUNT_OPENED, eventId, state, row.createdAt()));
            return row.toAccount();
        }));
    }

    /** The owner of a new account, who has to be there. */
    private UUID owner(Initiator initiator, NewAccount account) {
        String ownerId = account.ownerId() != null
                ? account.ownerId()
                : initiator.userId().orElse(null);
        if (ownerId == null) {
            throw ProblemException.invalid("ownerId", "is needed, since the caller is no user");
        }
        if (!initiator.actsForAll() && !initiator.isUser(ownerId)) {
            throw unknownUser();
        }
        Users directory = users.get();
        if (directory == null) {
            throw ProblemException.unavailable(
                    "The owner cannot be looked up, since the capability users is not there now; try again",
                    RETRY_AFTER,
                    null);
        }
        return directory
                .find(ownerId)
                .filter(user -> user.status() == UserStatus.ACTIVE)
                .map(User::id)
                .flatMap(TimeOrderedIds::parse)
                .orElseThrow(Accounts::unknownUser);
    }

    private static ProblemException unknownUser() {
        return LedgerProblems.problem(
                LedgerProblems.UNKNOWN_USER, "The owner is no active user.", "ownerId", "names no active user");
    }

    Account close(Initiator initiator, String accountId) {
        UUID id = TimeOrderedIds.parse(accountId).orElseThrow(LedgerProblems::noAccount);
        UUID eventId = ids.next();
        Instant now = now();
        return transactions.write(JdbcWork.of(transaction -> {
            AccountTable.Row row = AccountTable.find(transaction.connection(), id, true)
                    .filter(visibleTo(initiator))
                    .orElseThrow(LedgerProblems::noAccount);
            if (!row.state().isOpen()) {
                return row.toAccount();
            }
            if (!row.state().isEmpty()) {
                throw ProblemException.of(
                        LedgerProblems.ACCOUNT_NOT_EMPTY,
                        "An account is closed only when its balance is zero and no hold is open on it.");
            }
            AccountTable.close(transaction.connection(), id);
            transaction.publish(LedgerEvents.account(LedgerEvents.ACCOUNT_CLOSED, eventId, row.state(), now));
            return AccountTable.find(transaction.connection(), id, false)
                    .orElseThrow(LedgerProblems::noAccount)
                    .toAccount();
        }));
    }

    Optional<Account> find(Initiator initiator, String accountId) {
        return TimeOrderedIds.parse(accountId)
                .flatMap(id ->
                        transactions.read(JdbcWork.of(transaction -> visible(transaction.connection(), initiator, id))))
                .map(AccountTable.Row::toAccount);
    }

    Optional<Account> find(Initiator initiator, String accountId, Instant at) {
        Optional<UUID> id = TimeOrderedIds.parse(accountId);
        if (id.isEmpty()) {
            return Optional.empty();
        }
        return transactions.read(JdbcWork.of(transaction -> {
            Connection connection = transaction.connection();
            Optional<AccountTable.Row> found = visible(connection, initiator, id.get())
                    .filter(row -> !row.createdAt().isAfter(at));
            return found.isEmpty() ? Optional.empty() : Optional.of(asOf(connection, found.get(), at));
        }));
    }

    private static Account asOf(Connection connection, AccountTable.Row row, Instant at) throws SQLException {
        AccountState state = row.state();
        long posted = EntryTable.postedAt(connection, state.id(), at);
        long pending = EntryTable.pendingAt(connection, state.id(), state.currency(), at);
        Long limit = state.overdraftLimit();
        Account now = row.toAccount();
        return new Account(
                now.id(),
                now.ownerId(),
                now.currency(),
                now.name(),
                now.status(),
                limit,
                new Balance(posted, pending, limit == null ? null : (Long) (posted + limit - pending)),
                now.createdAt());
    }

    LedgerPage<Account> page(Initiator initiator, Optional<String> ownerId, PageKey page) {
        String user = initiator.userId().orElse("");
        if (!initiator.actsForAll() && !ownerId.orElse(user).equals(user)) {
            return new LedgerPage<>(List.of(), Optional.empty());
        }
        Optional<String> wanted = initiator.actsForAll() ? ownerId : Optional.of(user);
        UUID owner = wanted.flatMap(TimeOrderedIds::parse).orElse(null);
        if (wanted.isPresent() && owner == null) {
            return new LedgerPage<>(List.of(), Optional.empty());
        }
        UUID after = page.after()
                .map(text -> TimeOrderedIds.parse(text).orElseThrow(Accounts::notACursor))
                .orElse(null);
        List<Account> found = transactions.read(JdbcWork.of(
                transaction -> AccountTable.page(transaction.connection(), owner, after, page.limit() + 1).stream()
                        .map(AccountTable.Row::toAccount)
                        .toList()));
        return page(found, page.limit(), Account::id);
    }

    LedgerPage<Movement> statement(
            Initiator initiator, String accountId, Optional<Instant> from, Optional<Instant> to, PageKey page) {
        UUID id = TimeOrderedIds.parse(accountId).orElseThrow(LedgerProblems::noAccount);
        long after = page.after().map(Accounts::sequence).orElse(0L);
        List<Movement> found = transactions.read(JdbcWork.of(transaction -> {
            Connection connection = transaction.connection();
            if (visible(connection, initiator, id).isEmpty()) {
                throw LedgerProblems.noAccount();
            }
            return EntryTable.page(connection, id, after, from, to, page.limit() + 1);
        }));
        return page(found, page.limit(), movement -> Long.toString(movement.sequence()));
    }

    private static long sequence(String text) {
        if (!text.matches("[0-9]{1,18}")) {
            throw notACursor();
        }
        return Long.parseLong(text);
    }

    private static ProblemException notACursor() {
        return ProblemException.invalid("cursor", "is not a cursor of this list");
    }

    /** @param found one more than the limit when there is a next page */
    static <T> LedgerPage<T> page(List<T> found, int limit, Function<T, String> key) {
        if (found.size() <= limit) {
            return new LedgerPage<>(found, Optional.empty());
        }
        List<T> items = found.subList(0, limit);
        return new LedgerPage<>(items, Optional.of(key.apply(items.get(limit - 1))));
    }

    private static Optional<AccountTable.Row> visible(Connection connection, Initiator initiator, UUID id)
            throws SQLException {
        return AccountTable.find(connection, id, false).filter(visibleTo(initiator));
    }

    private static Predicate<AccountTable.Row> visibleTo(Initiator initiator) {
        return row ->
                initiator.actsForAll() || initiator.isUser(row.state().ownerId().toString());
    }

    /** The database keeps microseconds; what is answered now must be what is read later. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
