package io.plinth.hotdeploy.internal.operation;

import io.plinth.capability.CapabilityOperations.Explanation;
import java.util.List;

/** A step of an operation failed, and with it the operation. */
final class StepFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Explanation explanation;
    private final boolean isFaultOfPackage;

    StepFailedException(Explanation explanation) {
        this(explanation, true);
    }

    private StepFailedException(Explanation explanation, boolean isFaultOfPackage) {
        super(explanation.line());
        this.explanation = explanation;
        this.isFaultOfPackage = isFaultOfPackage;
    }

    /** Something outside the package is not there yet, and may come. */
    static StepFailedException waits(Explanation explanation) {
        return new StepFailedException(explanation, false);
    }

    StepFailedException(String line) {
        this(new Explanation(line, List.of()));
    }

    /** Whether the package itself is broken, as far as can be told. */
    boolean isFaultOfPackage() {
        return isFaultOfPackage;
    }

    Explanation explanation() {
        return explanation;
    }
}
