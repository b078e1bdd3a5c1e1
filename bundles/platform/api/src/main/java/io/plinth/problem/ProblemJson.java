package io.plinth.problem;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the problem document of RFC 9457, for every place that answers an error, with or without JAX-RS. The result is
 * pure ASCII, so it is the same in every charset.
 */
public final class ProblemJson {
    /** Media type of the document. */
    public static final String MEDIA_TYPE = "application/problem+json";

    private ProblemJson() {}

    /**
     * The document {@code {type,title,status,detail,instance,errors?}}.
     *
     * @param detail what happened this time, shown to the caller
     * @param instance public path of the request; left out when {@code null}
     * @param errors fields at fault; left out when empty
     */
    public static String of(ProblemType type, String detail, @Nullable String instance, List<FieldError> errors) {
        StringBuilder json = new StringBuilder(256);
        json.append("{\"type\":");
        quote(json, type.uri());
        json.append(",\"title\":");
        quote(json, type.title());
        json.append(",\"status\":").append(type.status());
        json.append(",\"detail\":");
        quote(json, detail);
        if (instance != null) {
            json.append(",\"instance\":");
            quote(json, instance);
        }
        if (!errors.isEmpty()) {
            json.append(",\"errors\":[");
            for (FieldError error : errors) {
                json.append("{\"field\":");
                quote(json, error.field());
                json.append(",\"message\":");
                quote(json, error.message());
                json.append("},");
            }
            json.setCharAt(json.length() - 1, ']');
        }
        return json.append('}').toString();
    }

    /** Appends a JSON string (RFC 8259, section 7); whatever is not printable ASCII, an unpaired surrogate too, is escaped. */
    private static void quote(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                // Harmless in JSON, but not where somebody pastes the document into a page.
                case '<', '>', '&' -> unicode(json, c);
                default -> {
                    if (c < 0x20 || c > 0x7e) {
                        unicode(json, c);
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        json.append('"');
    }

    private static void unicode(StringBuilder json, char c) {
        json.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            json.append(Character.forDigit((c >> shift) & 0xf, 16));
        }
    }
}
