package io.plinth.transactions.internal;

import io.plinth.transactions.Refusal;
import java.util.Optional;

/** Whether money may go from one account to another. */
final class Affordability {
    private Affordability() {}

    /**
     * Why an amount may not be moved or reserved; empty when it may.
     *
     * @param debit without what a hold that is about to end reserves
     * @param credit likewise
     */
    static Optional<Refusal> refusal(AccountState debit, AccountState credit, long amount, String currency) {
        if (!debit.isOpen()) {
            return Optional.of(closed("debitAccountId"));
        }
        if (!credit.isOpen()) {
            return Optional.of(closed("creditAccountId"));
        }
        if (!debit.currency().equals(currency) || !credit.currency().equals(currency)) {
            return Optional.of(LedgerProblems.refusal(
                    LedgerProblems.CURRENCY_MISMATCH,
                    "Both accounts and the transaction must have one currency.",
                    "currency",
                    "is not the currency of both accounts"));
        }
        if (!debit.canPay(amount)) {
            return Optional.of(LedgerProblems.refusal(
                    LedgerProblems.INSUFFICIENT_FUNDS,
                    "Less than the amount is available on the account that is debited.",
                    "amount",
                    "is more than is available"));
        }
        if (debit.overflowsByDebit(amount) || credit.overflowsByCredit(amount)) {
            return Optional.of(LedgerProblems.refusal(
                    LedgerProblems.BALANCE_OVERFLOW,
                    "A sum of an account would leave the range of 64 bits.",
                    "amount",
                    "is too large for the sums of the accounts"));
        }
        return Optional.empty();
    }

    private static Refusal closed(String field) {
        return LedgerProblems.refusal(
                LedgerProblems.ACCOUNT_CLOSED,
                "An account is closed and accepts nothing any more.",
                field,
                "is a closed account");
    }
}
