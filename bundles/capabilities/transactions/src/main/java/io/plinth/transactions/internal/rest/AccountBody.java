package io.plinth.transactions.internal.rest;

import io.plinth.transactions.Account;
import io.plinth.transactions.Balance;
import java.time.Instant;
import java.util.Optional;

/** An account as JSON. What may be null is an {@code Optional}, so that the description of the API says so. */
public record AccountBody(
        String id,
        String ownerId,
        String currency,
        Optional<String> name,
        String status,
        Optional<Long> overdraftLimit,
        BalanceBody balance,
        Instant createdAt) {
    static AccountBody of(Account account) {
        return new AccountBody(
                account.id(),
                account.ownerId(),
                account.currency(),
                Optional.ofNullable(account.name()),
                account.status().statusName(),
                Optional.ofNullable(account.overdraftLimit()),
                BalanceBody.of(account.balance()),
                account.createdAt());
    }

    /** What is on it. */
    public record BalanceBody(long posted, long pending, Optional<Long> available) {
        static BalanceBody of(Balance balance) {
            return new BalanceBody(balance.posted(), balance.pending(), Optional.ofNullable(balance.available()));
        }
    }

    /** Without the name that a person gave it. */
    @Override
    public String toString() {
        return "AccountBody[id=" + id + "]";
    }
}
