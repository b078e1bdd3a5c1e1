package io.plinth.launcher;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The settings of the environment, checked. Secrets are not among them: the bundle that needs one reads it itself.
 *
 * @param data folder of all state, absolute
 * @param httpsPort TLS, all interfaces
 * @param httpPort plain HTTP, loopback
 * @param sshPort Karaf shell, loopback
 * @param databasePort embedded database, loopback; empty picks a free one
 * @param brokerPort embedded broker, loopback
 * @param databaseUrl external MariaDB
 * @param databaseUser its user
 * @param brokerUrl external Artemis
 * @param brokerUser its user
 * @param issuer external OpenID provider
 */
record Settings(
        Path data,
        int httpsPort,
        int httpPort,
        int sshPort,
        OptionalInt databasePort,
        int brokerPort,
        Optional<String> databaseUrl,
        Optional<String> databaseUser,
        Optional<String> brokerUrl,
        Optional<String> brokerUser,
        Optional<String> issuer) {

    private static final int PORT_MAX = 65_535;

    /**
     * Reads and checks the variables.
     *
     * @throws StartupException naming the variable, what is wrong with it and what is accepted
     */
    static Settings read(Map<String, String> environment, Path workingFolder) throws StartupException {
        Settings settings = new Settings(
                folder(environment, workingFolder),
                port(environment, "PLINTH_HTTPS_PORT").orElse(8443),
                port(environment, "PLINTH_HTTP_PORT").orElse(8181),
                port(environment, "PLINTH_SSH_PORT").orElse(8101),
                port(environment, "PLINTH_DB_PORT"),
                port(environment, "PLINTH_BROKER_PORT").orElse(61616),
                url(environment, "PLINTH_DB_URL", "jdbc:mariadb://"),
                text(environment, "PLINTH_DB_USER"),
                url(environment, "PLINTH_BROKER_URL", "tcp://"),
                text(environment, "PLINTH_BROKER_USER"),
                issuer(environment));
        settings.check(environment);
        return settings;
    }

    private void check(Map<String, String> environment) throws StartupException {
        together(environment, "PLINTH_DB_URL", "PLINTH_DB_USER", "PLINTH_DB_PASSWORD");
        together(environment, "PLINTH_BROKER_URL", "PLINTH_BROKER_USER", "PLINTH_BROKER_PASSWORD");
        checkDistinct();
    }

    private void checkDistinct() throws StartupException {
        Map<Integer, String> variables = new HashMap<>();
        distinct(variables, httpsPort, "PLINTH_HTTPS_PORT");
        distinct(variables, httpPort, "PLINTH_HTTP_PORT");
        distinct(variables, sshPort, "PLINTH_SSH_PORT");
        if (brokerUrl.isEmpty()) {
            distinct(variables, brokerPort, "PLINTH_BROKER_PORT");
        }
        if (databaseUrl.isEmpty() && databasePort.isPresent()) {
            distinct(variables, databasePort.getAsInt(), "PLINTH_DB_PORT");
        }
    }

    private static void distinct(Map<Integer, String> variables, int port, String variable) throws StartupException {
        String other = variables.putIfAbsent(port, variable);
        if (other != null) {
            throw new StartupException(other + " and " + variable + " must differ; both are " + port + ".");
        }
    }

    private static void together(Map<String, String> environment, String url, String user, String password)
            throws StartupException {
        if (text(environment, url).isEmpty()) {
            return;
        }
        for (String needed : new String[] {user, password}) {
            if (text(environment, needed).isEmpty()) {
                throw new StartupException(url + " is set, but " + needed + " is not. Set it too.");
            }
        }
    }

    private static Optional<String> text(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    private static Path folder(Map<String, String> environment, Path workingFolder) throws StartupException {
        String value = text(environment, "PLINTH_DATA").orElse("data");
        try {
            return workingFolder.resolve(value).toAbsolutePath().normalize();
        } catch (InvalidPathException wrong) {
            throw new StartupException("PLINTH_DATA is no path: " + wrong.getMessage());
        }
    }

    private static OptionalInt port(Map<String, String> environment, String name) throws StartupException {
        Optional<String> value = text(environment, name);
        if (value.isEmpty()) {
            return OptionalInt.empty();
        }
        if (!value.get().matches("[0-9]{1,5}")) {
            throw new StartupException(name + " must be a port from 1 to 65535, not \"" + value.get() + "\".");
        }
        int port = Integer.parseInt(value.get());
        if (port < 1 || port > PORT_MAX) {
            throw new StartupException(name + " must be a port from 1 to 65535, not " + port + ".");
        }
        return OptionalInt.of(port);
    }

    private static Optional<String> url(Map<String, String> environment, String name, String start)
            throws StartupException {
        Optional<String> value = text(environment, name);
        if (value.isPresent() && !value.get().startsWith(start)) {
            throw new StartupException(name + " must start with " + start + ".");
        }
        return value;
    }

    private static Optional<String> issuer(Map<String, String> environment) throws StartupException {
        Optional<String> value = text(environment, "PLINTH_ISSUER");
        if (value.isEmpty()) {
            return value;
        }
        URI uri;
        try {
            uri = URI.create(value.get());
        } catch (IllegalArgumentException wrong) {
            throw new StartupException("PLINTH_ISSUER is no URL: " + wrong.getMessage());
        }
        if ((!"https".equals(uri.getScheme()) && !"http".equals(uri.getScheme())) || uri.getHost() == null) {
            throw new StartupException("PLINTH_ISSUER must be an http or https URL with a host.");
        }
        return value;
    }
}
