package io.plinth.problem;

/**
 * One field at fault.
 *
 * @param field path as the client wrote it, such as {@code items[3].amount}; of a header or query parameter its name
 * @param message what is wrong and what is accepted, without the rejected value
 */
public record FieldError(String field, String message) {}
