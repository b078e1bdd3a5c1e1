package io.plinth.messaging.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.plinth.event.Event;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * CloudEvents 1.0 in structured mode, JSON format:
 * <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md">specification</a>.
 */
final class CloudEventJson {
    static final String CONTENT_TYPE = "application/cloudevents+json";

    /** Most bytes of one event, envelope included. */
    static final int BYTES_MAX = (256 << 10) + 2048;

    private static final String SOURCE = "/plinth";
    private static final int DEPTH_MAX = 32;
    private static final JsonFactory JSON = new JsonFactory();

    private CloudEventJson() {}

    /**
     * The event as JSON in UTF-8.
     *
     * @throws IllegalArgumentException when it is too large, nested too deep or holds ill-formed text
     */
    static String of(Event event) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("specversion", "1.0");
            json.writeStringField("id", event.id().toString());
            json.writeStringField("source", SOURCE);
            json.writeStringField("type", event.type());
            json.writeStringField("subject", event.subject());
            json.writeStringField("time", DateTimeFormatter.ISO_INSTANT.format(event.time()));
            json.writeStringField("datacontenttype", "application/json");
            json.writeFieldName("data");
            write(json, event.data(), 0);
            json.writeEndObject();
        } catch (com.fasterxml.jackson.core.JsonProcessingException illFormed) {
            throw new IllegalArgumentException(
                    "event " + event.id() + " of type " + event.type() + " is no JSON: "
                            + illFormed.getOriginalMessage(),
                    illFormed);
        } catch (IOException impossibleInMemory) {
            throw new UncheckedIOException(impossibleInMemory);
        }
        if (bytes.size() > BYTES_MAX) {
            throw new IllegalArgumentException("event " + event.id() + " of type " + event.type() + " has "
                    + bytes.size() + " bytes as JSON; at most " + BYTES_MAX + " can be published");
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static void write(JsonGenerator json, @Nullable Object value, int depth) throws IOException {
        if (depth > DEPTH_MAX) {
            throw new IllegalArgumentException("data of an event is nested deeper than " + DEPTH_MAX);
        }
        if (value instanceof Map<?, ?> map) {
            json.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                json.writeFieldName(String.valueOf(entry.getKey()));
                write(json, entry.getValue(), depth + 1);
            }
            json.writeEndObject();
        } else if (value instanceof List<?> list) {
            json.writeStartArray();
            for (Object element : list) {
                write(json, element, depth + 1);
            }
            json.writeEndArray();
        } else if (value instanceof Number number) {
            json.writeNumber(number.longValue());
        } else if (value instanceof Boolean bool) {
            json.writeBoolean(bool);
        } else if (value == null) {
            json.writeNull();
        } else {
            json.writeString(value.toString());
        }
    }
}
