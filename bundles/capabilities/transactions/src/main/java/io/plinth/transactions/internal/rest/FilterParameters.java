package io.plinth.transactions.internal.rest;

import io.plinth.problem.ProblemException;
import io.plinth.transactions.TransactionFilter;
import io.plinth.transactions.TransactionKind;
import io.plinth.transactions.TransactionStatus;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The query parameters that choose transactions, the same for the list and the export. */
final class FilterParameters {
    static final String ACCOUNT = "Id of an account that is debited or credited.";
    static final String USER = "Id of the user who owns the debited or the credited account.";
    static final String STATUS = "One of posted, pending, captured, voided, expired, reversed.";
    static final String KIND = "One of transfer, hold, capture, void, reversal, expiry.";
    static final String REFERENCE = "The whole reference, in the same case.";
    static final String FROM = "First time of making, RFC 3339; the beginning if left out.";
    static final String TO = "Time of making before which it ends, RFC 3339; now if left out.";

    private FilterParameters() {}

    /** @throws ProblemException 400 naming the parameter */
    static TransactionFilter parse(
            @Nullable String accountId,
            @Nullable String userId,
            @Nullable String status,
            @Nullable String kind,
            @Nullable String reference,
            @Nullable String from,
            @Nullable String to) {
        Period period = Period.parse(from, to);
        return new TransactionFilter(
                accountId,
                userId,
                named(
                        "status",
                        status,
                        TransactionStatus::of,
                        TransactionStatus::statusName,
                        TransactionStatus.values()),
                named("kind", kind, TransactionKind::of, TransactionKind::kindName, TransactionKind.values()),
                reference,
                period.from().orElse(null),
                period.to().orElse(null));
    }

    private static <T> @Nullable T named(
            String parameter,
            @Nullable String name,
            Function<String, Optional<T>> byName,
            Function<T, String> nameOf,
            T[] all) {
        if (name == null) {
            return null;
        }
        return byName.apply(name)
                .orElseThrow(() -> ProblemException.invalid(
                        parameter,
                        "must be one of " + Arrays.stream(all).map(nameOf).collect(Collectors.joining(", "))));
    }
}
