package io.plinth.security.internal.tls;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The names that a certificate made here is for. */
final class HostNames {
    private static final Logger LOG = LoggerFactory.getLogger(HostNames.class);
    private static final List<String> LOCAL = List.of("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
    private static final int NAMES_MAX = 50;
    private static final int DNS_NAME_LENGTH_MAX = 253;
    private static final Pattern IPV4 =
            Pattern.compile("(25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final Pattern DNS_NAME =
            Pattern.compile("(\\*\\.)?[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?(\\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?)*");

    private HostNames() {}

    static boolean isAddress(String name) {
        return IPV4.matcher(name).matches() || name.indexOf(':') >= 0;
    }

    /**
     * The names that must be in the certificate: the local ones and those of the configuration.
     *
     * @throws IllegalArgumentException naming the one that is no host name
     */
    static Set<String> needed(String[] configured) {
        Set<String> names = new LinkedHashSet<>(LOCAL);
        for (String name : configured) {
            if (!name.isBlank()) {
                names.add(normalize(name.strip()));
            }
        }
        if (names.size() > NAMES_MAX + LOCAL.size()) {
            throw new IllegalArgumentException("names: at most " + NAMES_MAX);
        }
        return names;
    }

    /** The name of this machine, as far as it has one that can stand in a certificate. */
    static Set<String> ofThisMachine() {
        Set<String> names = new LinkedHashSet<>();
        try {
            // Not the canonical name: asking for that may wait many seconds for a name server.
            String name = InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
            if (!isAddress(name) && isDnsName(name)) {
                names.add(name);
            }
        } catch (UnknownHostException unknown) {
            LOG.info(
                    "This machine's name does not resolve, so the certificate does not name it: {}",
                    unknown.getMessage());
        }
        return names;
    }

    private static String normalize(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (IPV4.matcher(lower).matches() || isDnsName(lower)) {
            return lower;
        }
        if (IPV6.matcher(lower).matches()) {
            try {
                // A literal is parsed, never looked up; two spellings of one address become one.
                return InetAddress.getByName(lower).getHostAddress();
            } catch (UnknownHostException noAddress) {
                throw new IllegalArgumentException("names: " + name + " is no IPv6 address", noAddress);
            }
        }
        throw new IllegalArgumentException("names: " + name + " is neither a host name nor an IP address");
    }

    private static boolean isDnsName(String name) {
        return name.length() <= DNS_NAME_LENGTH_MAX && DNS_NAME.matcher(name).matches();
    }
}
