package io.plinth.issuer.internal;

import io.plinth.configuration.Range;
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
    private static final String PID = "io.plinth.issuer";
    private static final int ISSUER_LENGTH_MAX = 200;
    private static final String PORT_DEFAULT = "8443";

    public IssuerSettings {
        if (!isAddress(issuer)) {
            throw new IllegalArgumentException(
                    "etc/" + PID + ".cfg: issuer must be an https address without query, fragment"
                            + " and trailing slash, at most 200 characters: " + issuer);
        }
        Range.check(PID, "token.lifetime.seconds", tokenLifetime.toSeconds(), 60, 900);
        Range.check(PID, "failures.per.minute", failuresPerMinute, 1, 1000);
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
