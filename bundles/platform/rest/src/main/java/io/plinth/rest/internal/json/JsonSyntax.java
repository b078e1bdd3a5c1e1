package io.plinth.rest.internal.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.plinth.problem.FieldError;
import io.plinth.problem.ProblemException;
import io.plinth.problem.ProblemType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Checks that a body is one well-formed JSON value (RFC 8259) inside the limits, before anything is made of it: UTF-8,
 * no name twice, nothing behind the value, no NUL and no unpaired surrogate in a string or name.
 */
final class JsonSyntax {
    private final JsonFactory factory;
    private final JsonLimits limits;

    JsonSyntax(JsonFactory factory, JsonLimits limits) {
        this.factory = factory;
        this.limits = limits;
    }

    /** The body as text, which then parses without an error. */
    String check(byte[] body) {
        String text = decode(body);
        if (text.isBlank()) {
            throw malformed("The body is empty; send a JSON object.");
        }
        try (JsonParser parser = factory.createParser(text)) {
            checkTokens(parser);
        } catch (IOException impossible) {
            throw new UncheckedIOException("reading from memory failed", impossible);
        }
        return text;
    }

    private void checkTokens(JsonParser parser) throws IOException {
        try {
            checkWellFormed(parser);
        } catch (StreamConstraintsException tooBig) {
            throw tooBig(parser);
        } catch (JsonProcessingException notJson) {
            throw malformed(parser, notJson.getLocation());
        }
    }

    private void checkWellFormed(JsonParser parser) throws IOException {
        Deque<Set<String>> names = new ArrayDeque<>();
        while (true) {
            JsonToken token = parser.nextToken();
            if (token == null) {
                return;
            }
            switch (token) {
                case START_OBJECT, START_ARRAY -> names.push(new HashSet<>());
                case END_OBJECT, END_ARRAY -> {
                    names.pop();
                    checkEnd(parser, names);
                }
                case FIELD_NAME -> checkName(parser, names.getFirst());
                case VALUE_STRING -> {
                    checkText(parser, parser.getText());
                    checkEnd(parser, names);
                }
                default -> {
                    checkNumber(parser, token);
                    checkEnd(parser, names);
                }
            }
        }
    }

    private void checkEnd(JsonParser parser, Deque<Set<String>> names) throws IOException {
        if (!names.isEmpty()) {
            return;
        }
        JsonLocation end = parser.currentLocation();
        if (parser.nextToken() != null) {
            throw malformed("The body has something behind its JSON value, after line " + end.getLineNr() + ", column "
                    + end.getColumnNr() + ".");
        }
    }

    private static void checkName(JsonParser parser, Set<String> names) throws IOException {
        String name = parser.currentName();
        checkText(parser, name);
        if (!names.add(name)) {
            throw ProblemException.invalid(JsonPath.of(parser.getParsingContext()), "is there twice");
        }
    }

    private void checkNumber(JsonParser parser, JsonToken token) throws IOException {
        // The parser checks the length of a number only when its value is asked for.
        if (token.isNumeric() && parser.getTextLength() > limits.numberLength()) {
            throw tooBig(parser);
        }
    }

    private static void checkText(JsonParser parser, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw field(parser, "must not contain the character NUL");
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw field(parser, "must not contain an unpaired surrogate");
            }
        }
    }

    private static String decode(byte[] body) {
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
            return text.toString();
        } catch (CharacterCodingException notUtf8) {
            throw malformed("The body is not UTF-8.");
        }
    }

    private ProblemException tooBig(JsonParser parser) {
        return field(
                parser,
                "is too big: nesting at most " + limits.depth() + ", a string at most " + limits.stringLength()
                        + " characters, a name " + JsonLimits.NAME_LENGTH + ", a number " + limits.numberLength()
                        + " digits");
    }

    private static ProblemException field(JsonParser parser, String message) {
        String path = JsonPath.of(parser.getParsingContext());
        return path.isEmpty() ? malformed("The body " + message + ".") : ProblemException.invalid(path, message);
    }

    private static ProblemException malformed(JsonParser parser, JsonLocation location) {
        String detail = "The body is not well-formed JSON at line " + location.getLineNr() + ", column "
                + location.getColumnNr();
        String path = JsonPath.of(parser.getParsingContext());
        if (path.isEmpty()) {
            return malformed(detail + ".");
        }
        return ProblemException.of(
                ProblemType.INVALID_REQUEST,
                detail + ", in or after " + path + ".",
                List.of(new FieldError(path, "is not well-formed JSON, or what follows it is not")));
    }

    static ProblemException malformed(String detail) {
        return ProblemException.of(ProblemType.INVALID_REQUEST, detail);
    }
}
