package io.plinth.rest.internal.http;

import java.io.IOException;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MultivaluedMap;
import javax.ws.rs.ext.WriterInterceptor;
import javax.ws.rs.ext.WriterInterceptorContext;

/**
 * Compresses answers for which {@link AnswerFilter} has said so. Entity tags stay as they are: they are versions for
 * {@code If-Match}, which a tag made weak could not be.
 */
public final class GzipInterceptor implements WriterInterceptor {
    /** Property set to {@code TRUE} on a request whose answer may be compressed. */
    static final String ALLOWED = "io.plinth.rest.gzip";

    private final int bytesMin;

    public GzipInterceptor(int bytesMin) {
        this.bytesMin = bytesMin;
    }

    @Override
    public void aroundWriteTo(WriterInterceptorContext context) throws IOException {
        if (!Boolean.TRUE.equals(context.getProperty(ALLOWED))) {
            context.proceed();
            return;
        }
        MultivaluedMap<String, Object> headers = context.getHeaders();
        // Not closed when writing fails: then somebody else writes the error.
        @SuppressWarnings("resource")
        GzipOutput output = new GzipOutput(context.getOutputStream(), bytesMin, () -> {
            headers.remove(HttpHeaders.CONTENT_LENGTH);
            headers.putSingle(HttpHeaders.CONTENT_ENCODING, "gzip");
        });
        context.setOutputStream(output);
        context.proceed();
        output.close();
    }
}
