package io.plinth.rest.internal.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.plinth.problem.ProblemException;
import io.plinth.problem.ProblemType;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.ws.rs.Consumes;
import javax.ws.rs.Produces;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.MultivaluedMap;
import javax.ws.rs.core.StreamingOutput;
import javax.ws.rs.ext.MessageBodyReader;
import javax.ws.rs.ext.MessageBodyWriter;

/**
 * JSON bodies to records and back. A body that may be left out is an {@link Optional} record. It has no {@code @Context} field, for which CXF would keep the application alive in
 * thread locals of the server's pool.
 */
@Consumes({MediaType.APPLICATION_JSON, JsonBody.MERGE_PATCH})
@Produces(MediaType.APPLICATION_JSON)
public final class JsonBody implements MessageBodyReader<Object>, MessageBodyWriter<Object> {
    /** RFC 7396. */
    static final String MERGE_PATCH = "application/merge-patch+json";

    /** What JAX-RS itself reads and writes as it is. */
    private static final List<Class<?>> RAW = List.of(
            byte[].class, CharSequence.class, InputStream.class, Reader.class, File.class, StreamingOutput.class);

    private static final Pattern JSON_TYPE =
            Pattern.compile("\\s*application/([a-z.-]+\\+)?json\\s*(;|$)", Pattern.CASE_INSENSITIVE);

    private final ObjectMapper mapper;
    private final JsonSyntax syntax;

    public JsonBody(JsonLimits limits) {
        mapper = StrictMapper.create(limits);
        syntax = new JsonSyntax(mapper.getFactory(), limits);
    }

    @Override
    public boolean isReadable(Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
        return isBound(type);
    }

    @Override
    public Object readFrom(
            Class<Object> type,
            Type generic,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, String> headers,
            InputStream body)
            throws IOException {
        String contentType = headers.getFirst(HttpHeaders.CONTENT_TYPE);
        if (contentType != null && !JSON_TYPE.matcher(contentType).lookingAt()) {
            // CXF takes a Content-Type that is none for one that is anything.
            throw ProblemException.of(ProblemType.UNSUPPORTED_MEDIA_TYPE, "The Content-Type is not that of JSON.");
        }
        String charset = mediaType.getParameters().get(MediaType.CHARSET_PARAMETER);
        if (charset != null && !charset.equalsIgnoreCase("utf-8")) {
            throw ProblemException.of(ProblemType.UNSUPPORTED_MEDIA_TYPE, "JSON is UTF-8; send it without a charset.");
        }
        byte[] bytes = body.readNBytes(JsonLimits.BODY_BYTES + 1);
        if (bytes.length > JsonLimits.BODY_BYTES) {
            throw ProblemException.of(
                    ProblemType.CONTENT_TOO_LARGE, "The body is over " + JsonLimits.BODY_BYTES + " bytes.");
        }
        if (bytes.length == 0 && type == (Class<?>) Optional.class) {
            return Optional.empty();
        }
        return read(bytes, generic);
    }

    /** Reads a body into a type, or says with a problem why it does not fit. */
    Object read(byte[] body, Type type) {
        String text = syntax.check(body);
        try {
            Object value = mapper.readValue(text, mapper.constructType(type));
            if (value == null) {
                throw JsonSyntax.malformed("The body must not be null.");
            }
            return value;
        } catch (JsonProcessingException fault) {
            throw JsonFault.toProblem(fault);
        }
    }

    @Override
    public boolean isWriteable(Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
        return isBound(type);
    }

    @Override
    public void writeTo(
            Object entity,
            Class<?> type,
            Type generic,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, Object> headers,
            OutputStream body)
            throws IOException {
        byte[] bytes = mapper.writeValueAsBytes(entity);
        headers.putSingle(HttpHeaders.CONTENT_LENGTH, Integer.toString(bytes.length));
        body.write(bytes);
    }

    private static boolean isBound(Class<?> type) {
        for (Class<?> raw : RAW) {
            if (raw.isAssignableFrom(type)) {
                return false;
            }
        }
        return true;
    }
}
