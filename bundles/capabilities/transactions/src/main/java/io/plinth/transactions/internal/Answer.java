package io.plinth.transactions.internal;

import io.plinth.problem.ProblemException;
import io.plinth.transactions.Outcome;

/** What becomes of a command. */
sealed interface Answer {
    /** It is, or was before, decided for good. */
    record Settled(Outcome outcome) implements Answer {}

    /** Nothing was written, and the same may be answered otherwise later. */
    record Failed(ProblemException problem) implements Answer {}

    /**
     * The outcome.
     *
     * @throws ProblemException when it failed
     */
    static Outcome outcome(Answer answer) {
        if (answer instanceof Settled settled) {
            return settled.outcome();
        }
        if (answer instanceof Failed failed) {
            throw failed.problem();
        }
        throw new IllegalStateException("there is no third kind of answer");
    }
}
