package io.plinth.rest.internal.problem;

import io.plinth.problem.FieldError;
import io.plinth.problem.ProblemException;
import io.plinth.problem.ProblemJson;
import io.plinth.problem.ProblemType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An error on its way to the client, before path and id of the request are known: mappers see no request.
 *
 * @param cause what an operator has to look into; logged once, when the problem is written
 */
public record Problem(
        ProblemType type,
        String detail,
        List<FieldError> errors,
        @Nullable Throwable cause) {
    public static final MediaType MEDIA_TYPE = MediaType.valueOf(ProblemJson.MEDIA_TYPE);

    private static final Logger LOG = LoggerFactory.getLogger(Problem.class);
    private static final String CHALLENGE = "Bearer realm=\"plinth\"";

    /** The answer to an exception that a resource, or the reading of its body, has thrown on purpose. */
    static Response toResponse(ProblemException exception) {
        Problem problem = new Problem(exception.type(), exception.detail(), exception.errors(), exception.getCause());
        Response.ResponseBuilder response = problem.response();
        Duration retryAfter = exception.retryAfter();
        if (retryAfter != null) {
            response.header(
                    HttpHeaders.RETRY_AFTER,
                    Math.max(1, retryAfter.plusMillis(999).toSeconds()));
        }
        return response.build();
    }

    /** The answer to what nobody expected. */
    static Response unexpected(Throwable cause) {
        return new Problem(ProblemType.INTERNAL_ERROR, "The server failed on this request.", List.of(), cause)
                .response()
                .build();
    }

    /** A response whose entity is this problem. */
    Response.ResponseBuilder response() {
        Response.ResponseBuilder response =
                Response.status(type.status()).type(MEDIA_TYPE).entity(this);
        if (type.status() == 401) {
            response.header(HttpHeaders.WWW_AUTHENTICATE, CHALLENGE);
        }
        return response;
    }

    /**
     * Writes the document, and the cause to the log.
     *
     * @param instance public path of the request, if known
     * @param requestId id of the request, if known
     */
    public byte[] render(@Nullable String instance, @Nullable String requestId) {
        String id = requestId == null ? "unknown" : requestId;
        boolean isInternal = type.equals(ProblemType.INTERNAL_ERROR);
        if (cause != null && isInternal) {
            LOG.error("Request {} to {} failed unexpectedly and was answered 500", id, instance, cause);
        } else if (cause != null) {
            LOG.warn(
                    "Request {} to {} was answered {} {}: {}",
                    id,
                    instance,
                    type.status(),
                    type.name(),
                    cause.toString());
            LOG.debug("Cause of the answer to request {}", id, cause);
        }
        String shown = isInternal && requestId != null
                ? detail + " The log has the reason under request id " + requestId + "."
                : detail;
        return ProblemJson.of(type, shown, instance, errors).getBytes(StandardCharsets.US_ASCII);
    }
}
