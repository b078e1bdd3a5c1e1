package io.plinth.issuer.internal;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The checked configuration.
 *
 * @param issuer exact {@code iss}, without trailing slash
 * @param tokenLifetime 60 to 900 seconds
 * @param failuresPerMinute failed authentications of one client id, 1 to 1000
 */
public record IssuerSettings(String issuer, Duration tokenLifetime, int failuresPerMinute) {
    private static final int ISSUER_LENGTH_MAX = 200;
    private static final String PORT_DEFAULT = "8443";

    public IssuerSettings {
        if (!isAddress(issuer)) {
            throw new IllegalArgumentException(
                    "io.plinth.issuer: issuer must be an https address without query, fragment"
                            + " and trailing slash, at most 200 characters: " + issuer);
        }
        if (tokenLifetime.compareTo(Duration.ofSeconds(60)) < 0
                || tokenLifetime.compareTo(Duration.ofMinutes(15)) > 0) {
            throw new IllegalArgumentException("io.plinth.issuer: token.lifetime.seconds must be from 60 to 900, not "
                    + tokenLifetime.toSeconds());
        }
        if (failuresPerMinute < 1 || failuresPerMinute > 1000) {
            throw new IllegalArgumentException(
                    "io.plinth.issuer: failures.per.minute must be from 1 to 1000, not " + failuresPerMinute);
        }
    }

    static IssuerSettings of(IssuerConfig config, @Nullable String httpsPort) {
        String issuer = config.issuer().strip();
        return new IssuerSettings(
                issuer.isEmpty() ? "https://localhost:" + (httpsPort == null ? PORT_DEFAULT : httpsPort) : issuer,
                Duration.ofSeconds(config.token_lifetime_seconds()),
                config.failures_per_minute());
    }

    private static boolean isAddress(String issuer) {
        try {
            URI uri = URI.create(issuer);
            return issuer.length() <= ISSUER_LENGTH_MAX
                    && "https".equals(uri.getScheme())
                    && uri.getHost() != null
                    && uri.getQuery() == null
                    && uri.getFragment() == null
                    && !issuer.endsWith("/");
        } catch (IllegalArgumentException noAddress) {
            return false;
        }
    }
}
