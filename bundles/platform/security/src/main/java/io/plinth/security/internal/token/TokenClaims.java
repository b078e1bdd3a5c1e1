package io.plinth.security.internal.token;

import io.plinth.security.InvalidTokenException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Typed, strict access to the claims of a token. */
final class TokenClaims {
    /** The last second of the year 9999. */
    private static final long EPOCH_SECOND_MAX = 253_402_300_799L;

    private static final int TEXT_LENGTH_MAX = 255;
    private static final int LIST_LENGTH_MAX = 100;

    private final Map<String, Object> claims;

    TokenClaims(Map<String, Object> claims) {
        this.claims = claims;
    }

    /** A claim that must be there, as text. */
    String text(String name) throws InvalidTokenException {
        String text = optionalText(name);
        if (text == null) {
            throw new InvalidTokenException("The token has no claim " + name + ".");
        }
        return text;
    }

    @Nullable
    String optionalText(String name) throws InvalidTokenException {
        Object value = claims.get(name);
        if (value == null) {
            return null;
        }
        if (!(value instanceof String text) || text.isEmpty() || text.length() > TEXT_LENGTH_MAX) {
            throw new InvalidTokenException(
                    "The claim " + name + " of the token is no text of 1 to " + TEXT_LENGTH_MAX + " characters.");
        }
        return text;
    }

    /** A NumericDate that must be there, in whole seconds. */
    Instant time(String name) throws InvalidTokenException {
        Instant time = optionalTime(name);
        if (time == null) {
            throw new InvalidTokenException("The token has no claim " + name + ".");
        }
        return time;
    }

    @Nullable
    Instant optionalTime(String name) throws InvalidTokenException {
        Object value = claims.get(name);
        if (value == null) {
            return null;
        }
        if (!(value instanceof Long || value instanceof Integer)
                || ((Number) value).longValue() < 0
                || ((Number) value).longValue() > EPOCH_SECOND_MAX) {
            throw new InvalidTokenException("The claim " + name + " of the token is no time in whole seconds.");
        }
        return Instant.ofEpochSecond(((Number) value).longValue());
    }

    /** A list of texts; a single text is a list of one, which only {@code aud} may be. */
    List<String> audience() throws InvalidTokenException {
        return claims.get("aud") instanceof String single ? List.of(single) : texts("aud", claims.get("aud"));
    }

    List<String> roles() throws InvalidTokenException {
        return texts("roles", claims.get("roles"));
    }

    /** Where Keycloak puts roles of the realm. */
    List<String> realmRoles() throws InvalidTokenException {
        return claims.get("realm_access") instanceof Map<?, ?> access
                ? texts("realm_access.roles", access.get("roles"))
                : List.of();
    }

    boolean has(String name) {
        return claims.get(name) != null;
    }

    private static List<String> texts(String name, @Nullable Object value) throws InvalidTokenException {
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> list) || list.size() > LIST_LENGTH_MAX) {
            throw new InvalidTokenException("The claim " + name + " of the token is no short list.");
        }
        List<String> texts = new ArrayList<>();
        for (Object element : list) {
            if (!(element instanceof String text)) {
                throw new InvalidTokenException("The claim " + name + " of the token is no list of texts.");
            }
            texts.add(text);
        }
        return texts;
    }
}
