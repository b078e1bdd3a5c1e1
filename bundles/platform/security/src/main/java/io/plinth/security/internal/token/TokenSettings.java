package io.plinth.security.internal.token;

import io.plinth.configuration.Range;
import io.plinth.security.TokenIssuer;
import io.plinth.security.internal.tls.TrustedAuthorities;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The checked configuration, and the choice between embedded and external issuer. */
final class TokenSettings {
    private final TokenConfig config;
    private final @Nullable String externalIssuer;
    private final @Nullable SSLContext externalTrust;

    /**
     * Checks it all.
     *
     * @throws IllegalArgumentException naming key and range
     */
    TokenSettings(TokenConfig config, Path dataFolder, @Nullable String externalIssuer) {
        this.config = config;
        this.externalIssuer = externalIssuer == null || externalIssuer.isBlank() ? null : externalIssuer.strip();
        check("cache.entries", config.cache_entries(), 0, 1_000_000);
        check("status.seconds", config.status_seconds(), 0, 30);
        check("external.types (number of)", config.external_types().length, 1, 5);
        check("external.refresh.seconds", config.external_refresh_seconds(), 10, 86_400);
        check("external.timeout.millis", config.external_timeout_millis(), 100, 30_000);
        if (this.externalIssuer != null && !isHttp(this.externalIssuer)) {
            throw new IllegalArgumentException(
                    "PLINTH_ISSUER is no http or https address without query and fragment: " + this.externalIssuer);
        }
        String caFile = config.external_ca_file().strip();
        this.externalTrust = this.externalIssuer == null || caFile.isEmpty()
                ? null
                : TrustedAuthorities.of(dataFolder.resolve(caFile));
    }

    boolean isExternal() {
        return externalIssuer != null;
    }

    int cacheEntries() {
        return config.cache_entries();
    }

    Duration statusRemembered() {
        return Duration.ofSeconds(config.status_seconds());
    }

    TokenRules rules(Clock clock) {
        return isExternal()
                ? TokenRules.external(clock, Set.of(config.external_types()), config.external_user_claim())
                : TokenRules.embedded(clock);
    }

    KeySource source(Supplier<Optional<TokenIssuer>> embedded) {
        if (externalIssuer == null) {
            return new EmbeddedKeys(embedded);
        }
        return new OpenIdKeys(
                externalIssuer,
                Duration.ofSeconds(config.external_refresh_seconds()),
                Duration.ofMillis(config.external_timeout_millis()),
                externalTrust,
                System::nanoTime);
    }

    private static boolean isHttp(String address) {
        try {
            URI uri = URI.create(address);
            return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getQuery() == null
                    && uri.getFragment() == null;
        } catch (IllegalArgumentException noAddress) {
            return false;
        }
    }

    private static void check(String key, int value, int min, int max) {
        Range.check("io.plinth.security.token", key, value, min, max);
    }
}
