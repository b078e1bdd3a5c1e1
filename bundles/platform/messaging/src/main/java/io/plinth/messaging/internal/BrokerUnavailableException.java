package io.plinth.messaging.internal;

/** The broker cannot be reached, refuses the login, or broke off; the message says which, on one line. */
final class BrokerUnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String stalledDestination;

    BrokerUnavailableException(String reason, Throwable cause) {
        this(reason, "", cause);
    }

    private BrokerUnavailableException(String reason, String stalledDestination, Throwable cause) {
        super(reason, cause);
        this.stalledDestination = stalledDestination;
    }

    /** The broker held the sender of an event for this destination, and nobody knows whether it holds others too. */
    static BrokerUnavailableException stalled(String reason, String destination, Throwable cause) {
        return new BrokerUnavailableException(reason, destination, cause);
    }

    /** The destination whose event the broker did not take in time; empty when it was none in particular. */
    String stalledDestination() {
        return stalledDestination;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
