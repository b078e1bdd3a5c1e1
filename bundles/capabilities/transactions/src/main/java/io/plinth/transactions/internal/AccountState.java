package io.plinth.transactions.internal;

import io.plinth.transactions.AccountStatus;
import io.plinth.transactions.Balance;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the rules need to know of an account. All sums are of minor units, none is negative.
 *
 * @param pendingDebits open holds that debit it
 * @param pendingCredits open holds that would credit it
 * @param overdraftLimit {@code null} for unlimited
 * @param lastSequence number of its newest entry; 0 when there is none
 */
record AccountState(
        UUID id,
        UUID ownerId,
        String currency,
        AccountStatus status,
        long postedDebits,
        long postedCredits,
        long pendingDebits,
        long pendingCredits,
        @Nullable Long overdraftLimit,
        long lastSequence) {
    boolean isOpen() {
        return status == AccountStatus.OPEN;
    }

    long posted() {
        return postedCredits - postedDebits;
    }

    /** What may be debited; {@code null} for anything. The rules keep posted + limit within 64 bits. */
    @Nullable
    Long available() {
        return overdraftLimit == null ? null : (Long) (posted() + overdraftLimit - pendingDebits);
    }

    Balance balance() {
        return new Balance(posted(), pendingDebits, available());
    }

    boolean isEmpty() {
        return posted() == 0 && pendingDebits == 0 && pendingCredits == 0;
    }

    boolean canPay(long amount) {
        Long available = available();
        return available == null || available >= amount;
    }

    /** Whether a sum of debits, holds included, would leave 64 bits. */
    boolean overflowsByDebit(long amount) {
        return isTooLarge(postedDebits, amount) || isTooLarge(pendingDebits, amount);
    }

    /** Whether a sum of credits, or what is available then, would leave 64 bits. */
    boolean overflowsByCredit(long amount) {
        long limit = overdraftLimit == null ? 0 : overdraftLimit;
        return isTooLarge(postedCredits, amount)
                || isTooLarge(pendingCredits, amount)
                || isTooLarge(posted() + amount, limit);
    }

    private static boolean isTooLarge(long sum, long more) {
        return sum > Long.MAX_VALUE - more;
    }

    AccountState debited(long amount) {
        return with(postedDebits + amount, postedCredits, pendingDebits, pendingCredits, lastSequence + 1);
    }

    AccountState credited(long amount) {
        return with(postedDebits, postedCredits + amount, pendingDebits, pendingCredits, lastSequence + 1);
    }

    /** @param amount below zero to give back */
    AccountState holdingDebit(long amount) {
        return with(postedDebits, postedCredits, pendingDebits + amount, pendingCredits, lastSequence);
    }

    /** @param amount below zero to give back */
    AccountState holdingCredit(long amount) {
        return with(postedDebits, postedCredits, pendingDebits, pendingCredits + amount, lastSequence);
    }

    private AccountState with(
            long newPostedDebits,
            long newPostedCredits,
            long newPendingDebits,
            long newPendingCredits,
            long newLastSequence) {
        return new AccountState(
                id,
                ownerId,
                currency,
                status,
                newPostedDebits,
                newPostedCredits,
                newPendingDebits,
                newPendingCredits,
                overdraftLimit,
                newLastSequence);
    }
}
