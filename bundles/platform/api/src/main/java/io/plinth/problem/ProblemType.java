package io.plinth.problem;

import java.util.regex.Pattern;

/**
 * The stable identity of one kind of error; {@code /problems/<name>} is its RFC 9457 {@code type}.
 *
 * @param name kebab-case name, never changed once released
 * @param status HTTP status code, 400 to 599
 * @param title short, human-readable summary that does not vary between occurrences
 */
public record ProblemType(String name, int status, String title) {
    private static final Pattern KEBAB = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

    public static final ProblemType INVALID_REQUEST = new ProblemType("invalid-request", 400, "Invalid request");
    public static final ProblemType UNAUTHORIZED = new ProblemType("unauthorized", 401, "Authentication needed");
    public static final ProblemType FORBIDDEN = new ProblemType("forbidden", 403, "Not allowed");
    public static final ProblemType NOT_FOUND = new ProblemType("not-found", 404, "Not found");
    public static final ProblemType METHOD_NOT_ALLOWED =
            new ProblemType("method-not-allowed", 405, "Method not allowed");
    public static final ProblemType NOT_ACCEPTABLE = new ProblemType("not-acceptable", 406, "Not acceptable");
    public static final ProblemType REQUEST_TIMEOUT = new ProblemType("request-timeout", 408, "Request timed out");
    public static final ProblemType CONFLICT = new ProblemType("conflict", 409, "Conflict");
    public static final ProblemType PRECONDITION_FAILED =
            new ProblemType("precondition-failed", 412, "Precondition failed");
    public static final ProblemType CONTENT_TOO_LARGE = new ProblemType("content-too-large", 413, "Content too large");
    public static final ProblemType UNSUPPORTED_MEDIA_TYPE =
            new ProblemType("unsupported-media-type", 415, "Unsupported media type");
    public static final ProblemType PRECONDITION_REQUIRED =
            new ProblemType("precondition-required", 428, "Precondition required");
    public static final ProblemType HEADERS_TOO_LARGE =
            new ProblemType("headers-too-large", 431, "Request header fields too large");
    public static final ProblemType INTERNAL_ERROR = new ProblemType("internal-error", 500, "Internal error");
    public static final ProblemType UNAVAILABLE = new ProblemType("unavailable", 503, "Temporarily unavailable");

    public ProblemType {
        if (!KEBAB.matcher(name).matches()) {
            throw new IllegalArgumentException("not a kebab-case name: " + name);
        }
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("not an HTTP error status: " + status);
        }
    }

    /** The {@code type} member of the problem document. */
    public String uri() {
        return "/problems/" + name;
    }
}
