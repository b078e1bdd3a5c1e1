package io.plinth.mariadb.internal;

/** The embedded database cannot run; the message is one line that says what happened, where, and what to do. */
public final class MariaDbException extends Exception {
    private static final long serialVersionUID = 1L;

    public MariaDbException(String message) {
        super(message);
    }

    public MariaDbException(String message, Throwable cause) {
        super(message, cause);
    }
}
