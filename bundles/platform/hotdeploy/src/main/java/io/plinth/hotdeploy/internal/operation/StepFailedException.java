package io.plinth.hotdeploy.internal.operation;

import io.plinth.capability.CapabilityOperations.Explanation;
import java.util.List;

/** A step of an operation failed, and with it the operation. */
final class StepFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Explanation explanation;

    StepFailedException(Explanation explanation) {
        super(explanation.line());
        this.explanation = explanation;
    }

    StepFailedException(String line) {
        this(new Explanation(line, List.of()));
    }

    Explanation explanation() {
        return explanation;
    }
}
