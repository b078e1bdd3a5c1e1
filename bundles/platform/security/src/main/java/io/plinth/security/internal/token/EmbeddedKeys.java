package io.plinth.security.internal.token;

import io.plinth.problem.ProblemException;
import io.plinth.security.TokenIssuer;
import java.text.ParseException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keys of the issuer in this server, as a service that may come and go. */
final class EmbeddedKeys implements KeySource {
    private record Parsed(String jwks, SigningKeys keys) {}

    private final Supplier<Optional<TokenIssuer>> issuer;
    private volatile @Nullable Parsed parsed;

    EmbeddedKeys(Supplier<Optional<TokenIssuer>> issuer) {
        this.issuer = issuer;
    }

    @Override
    public String issuer() {
        return service().issuer();
    }

    @Override
    public SigningKeys keys() {
        String jwks = service().jwks();
        Parsed last = parsed;
        if (last != null && last.jwks().equals(jwks)) {
            return last.keys();
        }
        try {
            Parsed next = new Parsed(jwks, SigningKeys.parse(jwks));
            parsed = next;
            return next.keys();
        } catch (ParseException broken) {
            throw new IllegalStateException("The embedded issuer's JWK Set cannot be read", broken);
        }
    }

    @Override
    public SigningKeys refresh() {
        return keys();
    }

    /** The issuer. */
    TokenIssuer service() {
        return issuer.get()
                .orElseThrow(() -> ProblemException.unavailable(
                        "The issuer is not there at this moment, so no token can be checked.",
                        Duration.ofSeconds(1),
                        null));
    }

    @Override
    public void close() {
        parsed = null;
    }
}
