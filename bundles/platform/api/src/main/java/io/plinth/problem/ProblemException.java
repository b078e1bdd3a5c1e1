package io.plinth.problem;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one exception of a request that cannot be answered as asked. The platform turns it into
 * {@code application/problem+json}; its detail and fields are shown to the caller, so neither may hold a secret, personal
 * data or an internal name.
 */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ProblemType type;
    private final transient List<FieldError> errors;
    private final @Nullable Duration retryAfter;

    private ProblemException(
            ProblemType type,
            String detail,
            List<FieldError> errors,
            @Nullable Duration retryAfter,
            @Nullable Throwable cause) {
        // A problem that the caller caused needs no stack trace; one with a cause of our own does.
        super(detail, cause, false, cause != null);
        this.type = type;
        this.errors = List.copyOf(errors);
        this.retryAfter = retryAfter;
    }

    public static ProblemException of(ProblemType type, String detail) {
        return new ProblemException(type, detail, List.of(), null, null);
    }

    public static ProblemException of(ProblemType type, String detail, List<FieldError> errors) {
        return new ProblemException(type, detail, errors, null, null);
    }

    /** 400 {@code invalid-request} naming one field. */
    public static ProblemException invalid(String field, String message) {
        return of(ProblemType.INVALID_REQUEST, field + ": " + message, List.of(new FieldError(field, message)));
    }

    /** 404 {@code not-found}. */
    public static ProblemException notFound(String detail) {
        return of(ProblemType.NOT_FOUND, detail);
    }

    /** 403 {@code forbidden}. */
    public static ProblemException forbidden(String detail) {
        return of(ProblemType.FORBIDDEN, detail);
    }

    /** 503 {@code unavailable} with {@code Retry-After}; the cause is logged, never shown. */
    public static ProblemException unavailable(String detail, Duration retryAfter, @Nullable Throwable cause) {
        return new ProblemException(ProblemType.UNAVAILABLE, detail, List.of(), retryAfter, cause);
    }

    public ProblemType type() {
        return type;
    }

    public List<FieldError> errors() {
        return errors;
    }

    /** How long a client should wait before it tries again; answered in whole seconds, at least 1. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** The detail shown to the caller. */
    public String detail() {
        String message = getMessage();
        return message == null ? type.title() : message;
    }
}
