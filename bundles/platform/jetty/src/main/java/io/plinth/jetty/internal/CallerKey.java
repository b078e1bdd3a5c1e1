package io.plinth.jetty.internal;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * Who calls, as text that stays the same for a caller: subject and client of the access token (RFC 7519, RFC 9068), which is
 * not verified here, else the address. It only decides which of two versions of a capability serves.
 */
final class CallerKey {
    private static final String BEARER = "bearer ";
    private static final int PAYLOAD_CHARACTERS_MAX = 8_192;
    private static final int CLAIM_CHARACTERS_MAX = 256;

    private CallerKey() {}

    static String of(HttpServletRequest request) {
        String authorization = request.getHeader("Authorization");
        String token = authorization == null ? null : ofToken(authorization);
        return token == null ? String.valueOf(request.getRemoteAddr()) : token;
    }

    /** {@code null} for what is no bearer token, or none that names its subject. */
    private static @Nullable String ofToken(String authorization) {
        if (!authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return null;
        }
        int begin = authorization.indexOf('.') + 1;
        int end = authorization.indexOf('.', begin);
        if (begin == 0 || end < 0 || end - begin > PAYLOAD_CHARACTERS_MAX) {
            return null;
        }
        String payload;
        try {
            byte[] encoded = authorization.substring(begin, end).getBytes(StandardCharsets.ISO_8859_1);
            payload = new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException garbage) {
            return null;
        }
        String subject = claim(payload, "sub");
        return subject == null ? null : subject + "\n" + claim(payload, "client_id");
    }

    /**
     * A text member of the outermost object, as it stands between its quotes. One pass without recursion; what is no JSON
     * ends it early or finds nothing.
     */
    private static @Nullable String claim(String json, String name) {
        int depth = 0;
        int at = 0;
        while (at < json.length()) {
            char next = json.charAt(at);
            if (next == '"') {
                int end = endOfText(json, at);
                int value = skipBlanks(json, end + 1);
                if (depth == 1 && isMember(json, at, end, name) && value < json.length() && json.charAt(value) == ':') {
                    return text(json, skipBlanks(json, value + 1));
                }
                at = end;
            } else if (next == '{' || next == '[') {
                depth++;
            } else if (next == '}' || next == ']') {
                depth--;
            }
            at++;
        }
        return null;
    }

    private static boolean isMember(String json, int quote, int end, String name) {
        return end - quote - 1 == name.length() && json.startsWith(name, quote + 1);
    }

    private static @Nullable String text(String json, int quote) {
        if (quote >= json.length() || json.charAt(quote) != '"') {
            return null;
        }
        int end = Math.min(endOfText(json, quote), quote + 1 + CLAIM_CHARACTERS_MAX);
        return json.substring(quote + 1, end);
    }

    /** Index of the closing quote; the length when there is none. */
    private static int endOfText(String json, int quote) {
        int at = quote + 1;
        while (at < json.length() && json.charAt(at) != '"') {
            at += json.charAt(at) == '\\' ? 2 : 1;
        }
        return Math.min(at, json.length());
    }

    private static int skipBlanks(String json, int from) {
        int at = from;
        while (at < json.length() && json.charAt(at) <= ' ') {
            at++;
        }
        return at;
    }
}
