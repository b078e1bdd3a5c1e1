package io.plinth.transactions.internal;

import io.plinth.transactions.LedgerCheck;
import io.plinth.transactions.LedgerCheck.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** What a check has found so far: all are counted, the first ones kept. */
final class Violations {
    private final List<Violation> first = new ArrayList<>();
    private long count;

    void add(String rule, UUID id, String detail) {
        count++;
        if (first.size() < LedgerCheck.VIOLATIONS_MAX) {
            first.add(new Violation(rule, id.toString(), detail));
        }
    }

    void compare(String rule, UUID id, long stored, long recomputed) {
        if (stored != recomputed) {
            add(rule, id, "stored " + stored + ", recomputed " + recomputed);
        }
    }

    void addAll(Violations others) {
        count += others.count;
        others.first.stream().limit(LedgerCheck.VIOLATIONS_MAX - first.size()).forEach(first::add);
    }

    List<Violation> first() {
        return List.copyOf(first);
    }

    long count() {
        return count;
    }
}
