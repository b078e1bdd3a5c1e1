package io.plinth.transactions;

import java.util.List;

/**
 * What a check of the whole ledger found, recomputed from the journal.
 *
 * @param accounts how many were checked
 * @param transactions how many were checked
 * @param violations the first {@link #VIOLATIONS_MAX} of them
 * @param violationCount how many there are
 */
public record LedgerCheck(long accounts, long transactions, List<Violation> violations, long violationCount) {
    public static final int VIOLATIONS_MAX = 100;

    public LedgerCheck {
        violations = List.copyOf(violations);
        if (violationCount < violations.size()) {
            throw new IllegalArgumentException("there are more violations than are counted");
        }
    }

    /** With all of them. */
    public LedgerCheck(long accounts, long transactions, List<Violation> violations) {
        this(accounts, transactions, violations, violations.size());
    }

    /** Whether nothing is wrong. */
    public boolean isBalanced() {
        return violationCount == 0;
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
