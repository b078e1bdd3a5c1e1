package io.plinth.transactions;

import org.jspecify.annotations.Nullable;

/**
 * What is on an account, in minor units of its currency.
 *
 * @param posted posted credits less posted debits; below zero on an account that is overdrawn
 * @param pending sum of the open holds that debit the account
 * @param available {@code posted - pending + overdraftLimit}; {@code null} when the overdraft is unlimited
 */
public record Balance(long posted, long pending, @Nullable Long available) {
    /** The balance of an account on which nothing has happened. */
    public static Balance zero(@Nullable Long overdraftLimit) {
        return new Balance(0, 0, overdraftLimit);
    }
}
