package io.plinth.transactions.internal;

import io.plinth.problem.FieldError;
import io.plinth.problem.ProblemException;
import io.plinth.problem.ProblemType;
import io.plinth.transactions.Refusal;
import java.util.List;

/** The errors that only the ledger has. */
final class LedgerProblems {
    static final ProblemType INSUFFICIENT_FUNDS = new ProblemType("insufficient-funds", 422, "Insufficient funds");
    static final ProblemType UNKNOWN_ACCOUNT = new ProblemType("unknown-account", 422, "Unknown account");
    static final ProblemType ACCOUNT_CLOSED = new ProblemType("account-closed", 422, "Account is closed");
    static final ProblemType SAME_ACCOUNT = new ProblemType("same-account", 422, "Same account");
    static final ProblemType CURRENCY_MISMATCH = new ProblemType("currency-mismatch", 422, "Other currency");
    static final ProblemType BALANCE_OVERFLOW = new ProblemType("balance-overflow", 422, "Balance would be too large");
    static final ProblemType EXCEEDS_ORIGINAL = new ProblemType("exceeds-original", 422, "More than the original");
    static final ProblemType HOLD_NOT_OPEN = new ProblemType("hold-not-open", 409, "Hold is not open");
    static final ProblemType ALREADY_REVERSED = new ProblemType("already-reversed", 409, "Already reversed");
    static final ProblemType NOT_REVERSIBLE = new ProblemType("not-reversible", 409, "Not reversible");
    static final ProblemType KEY_REUSED =
            new ProblemType("idempotency-key-reused", 422, "Idempotency key was used for another request");
    static final ProblemType BATCH_REFUSED = new ProblemType("batch-refused", 422, "Batch is refused");
    static final ProblemType ACCOUNT_EXISTS = new ProblemType("account-exists", 409, "Account exists");
    static final ProblemType ACCOUNT_NOT_EMPTY = new ProblemType("account-not-empty", 409, "Account is not empty");
    static final ProblemType UNKNOWN_USER = new ProblemType("unknown-user", 422, "Unknown user");

    private LedgerProblems() {}

    static Refusal refusal(ProblemType type, String detail) {
        return new Refusal(type, detail, List.of());
    }

    static Refusal refusal(ProblemType type, String detail, String field, String message) {
        return new Refusal(type, detail, List.of(new FieldError(field, message)));
    }

    static ProblemException problem(ProblemType type, String detail, String field, String message) {
        return ProblemException.of(type, detail, List.of(new FieldError(field, message)));
    }

    static ProblemException noTransaction() {
        return ProblemException.notFound("There is no such transaction.");
    }

    static ProblemException noAccount() {
        return ProblemException.notFound("There is no such account.");
    }
}
