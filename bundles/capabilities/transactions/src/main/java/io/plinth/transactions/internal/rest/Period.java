package io.plinth.transactions.internal.rest;

import io.plinth.problem.ProblemException;
import io.plinth.rest.Timestamps;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The query parameters {@code from}, inclusive, and {@code to}, exclusive. */
record Period(Optional<Instant> from, Optional<Instant> to) {
    /** @throws ProblemException 400 naming the parameter that is no time, or {@code to} when it lies before {@code from} */
    static Period parse(@Nullable String from, @Nullable String to) {
        Period period = new Period(Timestamps.parse("from", from), Timestamps.parse("to", to));
        if (period.from.isPresent() && period.to.isPresent() && period.to.get().isBefore(period.from.get())) {
            throw ProblemException.invalid("to", "must not be before from");
        }
        return period;
    }
}
