package io.plinth.messaging.internal;

import io.plinth.event.Broker;

/** The broker that the administrator has named. */
record ExternalBroker(String url, String user, String password) implements Broker {
    /** Without the password, which a record would print. */
    @Override
    public String toString() {
        return Brokers.shown(url);
    }
}
