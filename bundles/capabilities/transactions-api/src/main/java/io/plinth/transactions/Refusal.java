package io.plinth.transactions;

import io.plinth.problem.FieldError;
import io.plinth.problem.ProblemException;
import io.plinth.problem.ProblemType;
import java.util.List;

/**
 * What the rules of the business refuse, and why.
 *
 * @param type with its HTTP status, 409 or 422
 * @param detail shown to the caller
 * @param errors fields at fault, by their JSON names; may be empty
 */
public record Refusal(ProblemType type, String detail, List<FieldError> errors) {
    public Refusal {
        errors = List.copyOf(errors);
    }

    /** The same as an exception, for who answers it so. */
    public ProblemException toException() {
        return ProblemException.of(type, detail, errors);
    }
}
