package io.plinth.rest.internal.json;

import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import java.util.List;

/** Paths of fields as the client wrote them, such as {@code items[3].amount}; the body itself is the empty path. */
final class JsonPath {
    private static final int LENGTH_MAX = 300;

    private JsonPath() {}

    /** Where a parser stands. */
    static String of(JsonStreamContext context) {
        StringBuilder path = new StringBuilder();
        prepend(context, path);
        return shorten(path.toString());
    }

    /** Where databind stood. */
    static String of(List<Reference> references) {
        String path = "";
        for (Reference reference : references) {
            String name = reference.getFieldName();
            if (name != null) {
                path = join(path, name);
            } else if (reference.getIndex() >= 0) {
                path = path + '[' + reference.getIndex() + ']';
            }
        }
        return shorten(path);
    }

    /** A path inside another. */
    static String join(String path, String field) {
        if (path.isEmpty() || field.isEmpty() || field.startsWith("[")) {
            return path + field;
        }
        return path + '.' + field;
    }

    private static void prepend(JsonStreamContext context, StringBuilder path) {
        JsonStreamContext parent = context.getParent();
        if (parent != null) {
            prepend(parent, path);
        }
        if (context.inObject() && context.hasCurrentName()) {
            if (path.length() > 0) {
                path.append('.');
            }
            path.append(context.getCurrentName());
        } else if (context.inArray() && context.hasCurrentIndex()) {
            path.append('[').append(context.getCurrentIndex()).append(']');
        }
    }

    private static String shorten(String path) {
        return path.length() <= LENGTH_MAX ? path : path.substring(0, LENGTH_MAX) + "...";
    }
}
