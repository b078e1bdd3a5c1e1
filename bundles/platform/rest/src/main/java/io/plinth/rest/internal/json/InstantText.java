package io.plinth.rest.internal.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import io.plinth.rest.Timestamps;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** Reads RFC 3339 times and nothing else: Jackson's own reader also takes numbers, and times without seconds. */
final class InstantText extends StdScalarDeserializer<Instant> {
    InstantText() {
        super(Instant.class);
    }

    @Override
    public Instant deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        if (!parser.hasToken(JsonToken.VALUE_STRING)) {
            return (Instant) context.handleUnexpectedToken(Instant.class, parser);
        }
        String text = parser.getText();
        Optional<Instant> time = Timestamps.find(text);
        return time.isPresent()
                ? time.get()
                : (Instant) context.handleWeirdStringValue(Instant.class, text, "not an RFC 3339 time");
    }
}
