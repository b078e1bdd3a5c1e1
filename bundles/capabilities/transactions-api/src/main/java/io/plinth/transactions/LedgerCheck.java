package io.plinth.transactions;

import java.util.List;

/**
 * What a check of the whole ledger found, recomputed from the journal.
 *
 * @param accounts how many were checked
 * @param transactions how many were checked
 * @param violations at most {@link #VIOLATIONS_MAX} of them
 */
public record LedgerCheck(long accounts, long transactions, List<Violation> violations) {
    public static final int VIOLATIONS_MAX = 100;

    public LedgerCheck {
        violations = List.copyOf(violations);
    }

    /** Whether nothing is wrong. */
    public boolean isBalanced() {
        return violations.isEmpty();
    }

    /**
     * One thing that must never be.
     *
     * @param rule kebab-case name of the rule that is broken
     * @param id of the account or transaction
     * @param detail what was expected and what was found, without personal data
     */
    public record Violation(String rule, String id, String detail) {}
}
