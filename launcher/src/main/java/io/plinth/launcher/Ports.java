package io.plinth.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Looks, before anything is started, whether the ports can be had. */
final class Ports {
    private Ports() {}

    static void check(Settings settings) throws StartupException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        check(new InetSocketAddress(settings.httpsPort()), "PLINTH_HTTPS_PORT");
        check(new InetSocketAddress(loopback, settings.httpPort()), "PLINTH_HTTP_PORT");
        check(new InetSocketAddress(loopback, settings.sshPort()), "PLINTH_SSH_PORT");
        if (settings.brokerUrl().isEmpty()) {
            check(new InetSocketAddress(loopback, settings.brokerPort()), "PLINTH_BROKER_PORT");
        }
    }

    private static void check(InetSocketAddress address, String variable) throws StartupException {
        try (ServerSocket socket = new ServerSocket()) {
            // A connection of an earlier run that lingers in TIME_WAIT is no reason to refuse.
            socket.setReuseAddress(true);
            socket.bind(address);
        } catch (IOException taken) {
            throw new StartupException("Port " + address.getPort() + " cannot be used (" + taken.getMessage()
                    + "). Stop what uses it, or set " + variable + " to another port.");
        }
    }
}
