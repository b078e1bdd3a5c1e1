package io.plinth.artemis.internal;

/** The broker cannot start; the message is one line for whoever has to mend it. */
final class BrokerStartException extends Exception {
    private static final long serialVersionUID = 1L;

    BrokerStartException(String line, Throwable cause) {
        super(line, cause);
    }
}
