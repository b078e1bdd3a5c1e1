package io.plinth.messaging.internal;

/** The broker cannot be reached, refuses the login, or broke off; the message says which, on one line. */
final class BrokerUnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    BrokerUnavailableException(String reason, Throwable cause) {
        super(reason, cause);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
