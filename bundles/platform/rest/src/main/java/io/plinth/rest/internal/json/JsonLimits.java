package io.plinth.rest.internal.json;

/**
 * How big a JSON body may be, beside its size in bytes, which the gate limits.
 *
 * @param depth levels of nesting
 * @param stringLength characters of one string
 * @param numberLength digits of one number
 */
public record JsonLimits(int depth, int stringLength, int numberLength) {
    /** Characters of one name. */
    static final int NAME_LENGTH = 256;

    /** Bytes of a body that is read at all, whatever the gate lets through. */
    static final int BODY_BYTES = 64 * 1024 * 1024;

    public JsonLimits {
        if (depth < 1 || stringLength < 1 || numberLength < 1) {
            throw new IllegalArgumentException(
                    "JSON limits must be at least 1: " + depth + ", " + stringLength + ", " + numberLength);
        }
    }
}
