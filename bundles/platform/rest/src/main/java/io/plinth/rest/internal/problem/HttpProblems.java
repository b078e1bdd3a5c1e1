package io.plinth.rest.internal.problem;

import io.plinth.problem.ProblemException;
import io.plinth.problem.ProblemType;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.ws.rs.WebApplicationException;
import javax.ws.rs.core.Response;

/** Problems for errors that JAX-RS finds by itself, from the address to the media types. */
public final class HttpProblems {
    private static final int CAUSES_MAX = 16;

    private static final Map<Integer, ProblemType> TYPES = Stream.of(
                    ProblemType.INVALID_REQUEST,
                    ProblemType.UNAUTHORIZED,
                    ProblemType.FORBIDDEN,
                    ProblemType.NOT_FOUND,
                    ProblemType.METHOD_NOT_ALLOWED,
                    ProblemType.NOT_ACCEPTABLE,
                    ProblemType.REQUEST_TIMEOUT,
                    ProblemType.CONFLICT,
                    ProblemType.PRECONDITION_FAILED,
                    ProblemType.CONTENT_TOO_LARGE,
                    ProblemType.UNSUPPORTED_MEDIA_TYPE,
                    ProblemType.PRECONDITION_REQUIRED,
                    ProblemType.HEADERS_TOO_LARGE,
                    ProblemType.INTERNAL_ERROR,
                    ProblemType.UNAVAILABLE)
            .collect(Collectors.toUnmodifiableMap(ProblemType::status, type -> type));

    private static final Map<Integer, String> DETAILS = Map.of(
            400, "The request is not well-formed.",
            401, "Send an access token: Authorization: Bearer.",
            403, "The caller may not do this.",
            404, "There is nothing at this address.",
            405, "The resource does not have this method; the Allow header names those that it has.",
            406, "The resource has none of the media types in the Accept header.",
            415, "The resource does not read this Content-Type.");

    /** Headers of the former body, which say nothing about the problem. */
    private static final Set<String> OF_THE_BODY = Set.of("content-type", "content-length", "content-encoding");

    private HttpProblems() {}

    /** The problem for a bare status. */
    public static Problem ofStatus(int status) {
        ProblemType type = TYPES.get(status);
        if (type == null) {
            Response.Status known = Response.Status.fromStatusCode(status);
            type = new ProblemType("status-" + status, status, known == null ? "Error" : known.getReasonPhrase());
        }
        return new Problem(type, DETAILS.getOrDefault(status, type.title() + "."), List.of(), null);
    }

    /** The answer to any exception. What others have wrapped, CXF for one wraps what a reader throws, is taken out. */
    static Response toResponse(Throwable exception) {
        Throwable cause = exception;
        for (int i = 0; cause != null && i < CAUSES_MAX; i++) {
            if (cause instanceof ProblemException problem) {
                return Problem.toResponse(problem);
            }
            if (cause instanceof WebApplicationException http) {
                return toResponse(http);
            }
            cause = cause.getCause();
        }
        if (exception instanceof IOException reading) {
            return ofReading(reading);
        }
        return Problem.unexpected(exception);
    }

    private static Response toResponse(WebApplicationException exception) {
        Response original = exception.getResponse();
        int status = original.getStatus();
        if (status < 400) {
            return original;
        }
        if (status == 500) {
            return Problem.unexpected(exception);
        }
        Response.ResponseBuilder response = ofStatus(status).response();
        original.getHeaders().forEach((name, values) -> {
            if (!OF_THE_BODY.contains(name.toLowerCase(Locale.ROOT))) {
                response.header(name, null);
                values.forEach(value -> response.header(name, value));
            }
        });
        return response.build();
    }

    private static Response ofReading(IOException exception) {
        if (exception instanceof EOFException) {
            return new Problem(ProblemType.INVALID_REQUEST, "The body ended early.", List.of(), null)
                    .response()
                    .build();
        }
        if (exception.getCause() instanceof TimeoutException) {
            return ofStatus(408).response().build();
        }
        return Problem.unexpected(exception);
    }
}
