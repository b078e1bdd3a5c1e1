package io.plinth.transactions.internal.rest;

import io.plinth.transactions.LedgerCheck;
import java.util.List;

/** What a check of the ledger found, as JSON. */
public record CheckBody(boolean balanced, long accounts, long transactions, List<ViolationBody> violations) {
    static CheckBody of(LedgerCheck check) {
        return new CheckBody(
                check.isBalanced(),
                check.accounts(),
                check.transactions(),
                check.violations().stream()
                        .map(violation -> new ViolationBody(violation.rule(), violation.id(), violation.detail()))
                        .toList());
    }

    /** One thing that must never be. */
    public record ViolationBody(String rule, String id, String detail) {}
}
