package io.plinth.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/** Looks, before anything is started, whether the ports can be had. */
final class Ports {
    private static final Path DATABASE_PROCESS = Path.of("mariadb", "mariadbd.pid");

    private Ports() {}

    static void check(Settings settings) throws StartupException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        check(new InetSocketAddress(settings.httpsPort()), "PLINTH_HTTPS_PORT");
        check(new InetSocketAddress(loopback, settings.httpPort()), "PLINTH_HTTP_PORT");
        check(new InetSocketAddress(loopback, settings.sshPort()), "PLINTH_SSH_PORT");
        if (settings.brokerUrl().isEmpty()) {
            check(new InetSocketAddress(loopback, settings.brokerPort()), "PLINTH_BROKER_PORT");
        }
        if (settings.databaseUrl().isEmpty()
                && settings.databasePort().isPresent()
                && !isLeftOverDatabase(settings.data())) {
            check(new InetSocketAddress(loopback, settings.databasePort().getAsInt()), "PLINTH_DB_PORT");
        }
    }

    /** A server that was killed leaves its database running. It is replaced a little later and gives its port back. */
    private static boolean isLeftOverDatabase(Path data) {
        try {
            String processId = Files.readString(data.resolve(DATABASE_PROCESS)).strip();
            return ProcessHandle.of(Long.parseLong(processId))
                    .flatMap(process -> process.info().command())
                    .filter(command -> command.matches(".*(mariadbd|mysqld)(\\.exe)?"))
                    .isPresent();
        } catch (IOException | NumberFormatException thereIsNone) {
            return false;
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
