package io.plinth.artemis.internal;

import io.plinth.event.Broker;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The embedded broker as the platform reaches it.
 *
 * @param password random in each run
 */
record LocalBroker(String url, String user, String password) implements Broker {
    private static final String USER = "plinth.platform";

    static LocalBroker on(int port) {
        byte[] password = new byte[32];
        new SecureRandom().nextBytes(password);
        String url = "tcp://" + ArtemisSettings.HOST + ":" + port;
        return new LocalBroker(url, USER, HexFormat.of().formatHex(password));
    }

    /** Without the password, which a record would print. */
    @Override
    public String toString() {
        return url;
    }
}
