package io.plinth.rest.internal.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads {@code Accept-Encoding} (RFC 9110, section 12.5.3). */
final class AcceptEncoding {
    private static final int LENGTH_MAX = 1000;

    private AcceptEncoding() {}

    /** Whether gzip may be sent. No header allows it too, but a client that asks for nothing gets nothing. */
    static boolean allowsGzip(@Nullable String header) {
        if (header == null || header.length() > LENGTH_MAX) {
            return false;
        }
        double any = 0;
        for (String element : header.toLowerCase(Locale.ROOT).split(",")) {
            String[] parts = element.split(";", 2);
            String coding = parts[0].strip();
            double weight = parts.length == 1 ? 1 : weight(parts[1].strip());
            if (coding.equals("gzip") || coding.equals("x-gzip")) {
                return weight > 0;
            }
            if (coding.equals("*")) {
                any = weight;
            }
        }
        return any > 0;
    }

    private static double weight(String parameter) {
        return parameter.matches("q\\s*=\\s*(0(\\.[0-9]{0,3})?|1(\\.0{0,3})?)")
                ? Double.parseDouble(
                        parameter.substring(parameter.indexOf('=') + 1).strip())
                : 0;
    }
}
