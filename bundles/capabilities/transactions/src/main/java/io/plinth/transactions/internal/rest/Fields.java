package io.plinth.transactions.internal.rest;

import io.plinth.problem.FieldError;
import io.plinth.problem.ProblemException;
import io.plinth.problem.ProblemType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Fields of bodies and headers, and the errors that name them. */
final class Fields {
    static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    /** As the ledger itself asks for, which knows the key by the name that it has in a batch. */
    private static final Pattern KEY = Pattern.compile("[ -~]{1,255}");

    private Fields() {}

    /** @throws ProblemException 400 naming the field that is missing or {@code null} */
    static <T> T required(String field, @Nullable T value) {
        if (value == null) {
            throw ProblemException.invalid(field, "is missing");
        }
        return value;
    }

    /** @throws ProblemException 400 when there is no body */
    static <T> T requiredBody(@Nullable T body) {
        if (body == null) {
            throw ProblemException.invalid("body", "is missing: send a JSON object");
        }
        return body;
    }

    /** @throws ProblemException 400 naming the header {@code Idempotency-Key} */
    static String requiredKey(@Nullable String header) {
        if (header == null) {
            throw ProblemException.invalid(
                    IDEMPOTENCY_KEY,
                    "is missing: send a new key with each new request, and the same again when you repeat one");
        }
        if (!KEY.matcher(header).matches()) {
            throw ProblemException.invalid(IDEMPOTENCY_KEY, "must have 1 to 255 printable ASCII characters");
        }
        return header;
    }

    /** Does something whose errors name fields of a part of the body, and lets them name the fields of the body. */
    static <T> T within(String part, Supplier<T> work) {
        try {
            return work.get();
        } catch (ProblemException problem) {
            if (!problem.type().equals(ProblemType.INVALID_REQUEST)) {
                throw problem;
            }
            List<FieldError> errors = new ArrayList<>();
            for (FieldError error : problem.errors()) {
                errors.add(new FieldError(part + '.' + error.field(), error.message()));
            }
            throw ProblemException.of(problem.type(), part + '.' + problem.detail(), errors);
        }
    }
}
