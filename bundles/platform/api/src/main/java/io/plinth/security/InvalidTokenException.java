package io.plinth.security;

/** A token that was refused; the message names why and is safe to show to the caller. */
public final class InvalidTokenException extends Exception {
    private static final long serialVersionUID = 1L;

    public InvalidTokenException(String message) {
        super(message, null, false, false);
    }
}
