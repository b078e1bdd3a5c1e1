package io.plinth.rest;

/**
 * A JSON object of the client's own, of any shape, as one text. As a component of a body it is read from an object and
 * nothing else, and written as it stands.
 *
 * <p>What is read is made canonical, so that objects which are equal as data are equal texts: members in the order of their
 * names' UTF-16 code units, no white space, no needless escapes, and one spelling for each number: {@code 1e2} and
 * {@code 100.0} are {@code 100}.
 *
 * @param text the object; whoever makes one to be written answers for its being well-formed
 */
public record JsonObject(String text) {
    public JsonObject {
        if (!text.startsWith("{") || !text.endsWith("}")) {
            throw new IllegalArgumentException("not a JSON object: it must begin with { and end with }");
        }
    }

    /** Without what the client wrote, which may be personal. */
    @Override
    public String toString() {
        return "JsonObject[" + text.length() + " characters]";
    }
}
