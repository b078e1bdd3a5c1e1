package io.plinth.itests.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The five ports of one server, given by the operating system. */
public record Ports(int https, int http, int ssh, int broker, int database) {
    /** Five ports that are free now; all are held at once while they are chosen, so that they differ. */
    public static Ports free() {
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (int i = 0; i < 5; i++) {
                held.add(new ServerSocket(0, 1, InetAddress.getByName("0.0.0.0")));
            }
            return new Ports(port(held, 0), port(held, 1), port(held, 2), port(held, 3), port(held, 4));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            held.forEach(Ports::close);
        }
    }

    /** The variables of the contract that set them. */
    public Map<String, String> environment() {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("PLINTH_HTTPS_PORT", Integer.toString(https));
        variables.put("PLINTH_HTTP_PORT", Integer.toString(http));
        variables.put("PLINTH_SSH_PORT", Integer.toString(ssh));
        variables.put("PLINTH_BROKER_PORT", Integer.toString(broker));
        variables.put("PLINTH_DB_PORT", Integer.toString(database));
        return variables;
    }

    private static int port(List<ServerSocket> held, int index) {
        return held.get(index).getLocalPort();
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
