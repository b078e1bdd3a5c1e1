package io.plinth.jetty.internal;

import io.plinth.problem.ProblemJson;
import io.plinth.problem.ProblemType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.jspecify.annotations.Nullable;

/** Errors that Jetty itself answers, before or outside any application, as problem documents. */
final class ProblemErrors extends ErrorHandler {
    private static final String REQUEST_ID = "X-Request-Id";
    private static final Pattern REQUEST_ID_FORM = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    @Override
    public void handle(String target, Request base, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        base.setHandled(true);
        int status = response.getStatus();
        byte[] body = body(status);
        response.setContentType(ProblemJson.MEDIA_TYPE);
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        if (response.getHeader(REQUEST_ID) == null) {
            String given = request.getHeader(REQUEST_ID);
            response.setHeader(
                    REQUEST_ID,
                    given != null && REQUEST_ID_FORM.matcher(given).matches()
                            ? given
                            : UUID.randomUUID().toString());
        }
        response.setContentLength(body.length);
        if (!"HEAD".equals(request.getMethod())) {
            response.getOutputStream().write(body);
        }
    }

    @Override
    public ByteBuffer badMessageError(int status, @Nullable String reason, HttpFields fields) {
        fields.put(HttpHeader.CONTENT_TYPE, ProblemJson.MEDIA_TYPE);
        fields.put(HttpHeader.CACHE_CONTROL, "no-store");
        fields.put("X-Content-Type-Options", "nosniff");
        fields.put(REQUEST_ID, UUID.randomUUID().toString());
        return ByteBuffer.wrap(body(status));
    }

    private static byte[] body(int status) {
        ProblemType type = type(status);
        return ProblemJson.of(type, detail(type), null, List.of()).getBytes(StandardCharsets.US_ASCII);
    }

    private static ProblemType type(int status) {
        return switch (status) {
            case 404 -> ProblemType.NOT_FOUND;
            case 405 -> ProblemType.METHOD_NOT_ALLOWED;
            case 408 -> ProblemType.REQUEST_TIMEOUT;
            case 413 -> ProblemType.CONTENT_TOO_LARGE;
            case 414 -> new ProblemType("uri-too-long", 414, "URI too long");
            case 415 -> ProblemType.UNSUPPORTED_MEDIA_TYPE;
            case 426 -> new ProblemType("upgrade-required", 426, "Upgrade required");
            case 431 -> ProblemType.HEADERS_TOO_LARGE;
            case 501 -> new ProblemType("not-implemented", 501, "Not implemented");
            case 503 -> ProblemType.UNAVAILABLE;
            case 505 -> new ProblemType("http-version-not-supported", 505, "HTTP version not supported");
            default -> status >= 400 && status < 500 ? ProblemType.INVALID_REQUEST : ProblemType.INTERNAL_ERROR;
        };
    }

    private static String detail(ProblemType type) {
        return switch (type.name()) {
            case "invalid-request" -> "The HTTP request is malformed.";
            case "headers-too-large" -> "The request line and headers together are larger than the limit.";
            case "internal-error" -> "The server failed; its log says why.";
            default -> type.title() + ".";
        };
    }
}
