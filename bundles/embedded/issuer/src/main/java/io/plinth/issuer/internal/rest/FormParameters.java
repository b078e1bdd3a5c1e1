package io.plinth.issuer.internal.rest;

import io.plinth.issuer.internal.OAuthException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Parameters of an {@code application/x-www-form-urlencoded} body, each at most once (RFC 6749, section 3.2). */
final class FormParameters {
    static final int BYTES_MAX = 16 * 1024;
    private static final int PARAMETERS_MAX = 50;

    private final Map<String, String> values;

    private FormParameters(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    /** Reads the body strictly. */
    static FormParameters parse(byte[] body) throws OAuthException {
        if (body.length > BYTES_MAX) {
            throw OAuthException.invalidRequest("The body is larger than " + BYTES_MAX + " bytes.");
        }
        Map<String, String> values = new HashMap<>();
        for (String pair : new String(body, StandardCharsets.ISO_8859_1).split("&", PARAMETERS_MAX + 1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
            if (values.size() >= PARAMETERS_MAX || values.putIfAbsent(name, value) != null) {
                throw OAuthException.invalidRequest("A parameter is there twice, or there are too many.");
            }
        }
        return new FormParameters(values);
    }

    /** The value; one that is empty counts as not sent. */
    Optional<String> find(String name) {
        return Optional.ofNullable(values.get(name)).filter(value -> !value.isEmpty());
    }

    /** Decodes {@code +} and {@code %xx}; empty where that gives no UTF-8. */
    static Optional<String> decode(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character == '%') {
                int high = i + 1 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
                int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    return Optional.empty();
                }
                bytes.write(high * 16 + low);
                i += 2;
            } else {
                bytes.write(character == '+' ? ' ' : character);
            }
        }
        return utf8(bytes.toByteArray());
    }

    static Optional<String> utf8(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException noUtf8) {
            return Optional.empty();
        }
    }

    private static String decoded(String text) throws OAuthException {
        return decode(text).orElseThrow(() -> OAuthException.invalidRequest("The body is not form-urlencoded UTF-8."));
    }
}
