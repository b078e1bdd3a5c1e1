package io.plinth.rest.internal.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import io.plinth.problem.ProblemException;
import io.plinth.rest.JsonObject;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads and writes {@link JsonObject}. Depth and sizes were bounded by {@link JsonSyntax} before. */
final class CanonicalObject {
    /** Longer numbers are written with an exponent: {@code 1e9999999} would be ten megabytes of zeros. */
    private static final int PLAIN_DIGITS_MAX = 40;

    private CanonicalObject() {}

    static final class Reader extends StdDeserializer<JsonObject> {
        private static final long serialVersionUID = 1L;

        Reader() {
            super(JsonObject.class);
        }

        @Override
        public JsonObject deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (!parser.hasToken(JsonToken.START_OBJECT)) {
                return (JsonObject) context.handleUnexpectedToken(JsonObject.class, parser);
            }
            return new JsonObject(value(parser));
        }
    }

    static final class Writer extends StdSerializer<JsonObject> {
        private static final long serialVersionUID = 1L;

        Writer() {
            super(JsonObject.class);
        }

        @Override
        public void serialize(JsonObject object, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeRawValue(object.text());
        }
    }

    /** The value at the parser's token, which then stands at the value's last one. */
    private static String value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> quoted(parser.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser.getText());
            default -> parser.getText();
        };
    }

    private static String object(JsonParser parser) throws IOException {
        Map<String, String> members = new TreeMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            members.put(name, value(parser));
        }
        StringBuilder text = new StringBuilder("{");
        members.forEach((name, value) -> text.append(text.length() > 1 ? "," : "")
                .append(quoted(name))
                .append(':')
                .append(value));
        return text.append('}').toString();
    }

    private static String array(JsonParser parser) throws IOException {
        List<String> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(value(parser));
        }
        return '[' + String.join(",", items) + ']';
    }

    static String number(String literal) {
        BigDecimal value;
        try {
            value = new BigDecimal(literal).stripTrailingZeros();
        } catch (NumberFormatException exponentTooBig) {
            // The field at fault is the one that holds the object; databind knows its name.
            throw ProblemException.invalid("", "holds a number whose exponent is too big");
        }
        boolean isShort = Math.max(value.precision(), value.precision() - (long) value.scale()) <= PLAIN_DIGITS_MAX
                && value.scale() <= PLAIN_DIGITS_MAX;
        return isShort ? value.toPlainString() : value.toString();
    }

    private static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
}
