package io.plinth.security.internal.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWKSet;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plinth.problem.ProblemException;
import io.plinth.security.Role;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is remembered of tokens, and when it ends. */
class RememberedTokensTest extends TokenFixture {
    @Test
    void aTokenSeenBeforeAsksNobodyForAWhile() throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        verifier.bindMeters(registry);
        String token = token(header(), claims());
        for (int i = 0; i < 100; i++) {
            verifier.verify(token);
        }
        assertThat(issuer.asked).hasValue(1);
        assertThat(registry.get("cache.gets")
                        .tag("result", "hit")
                        .functionCounter()
                        .count())
                .isEqualTo(99);
        verifier.unbindMeters(registry);
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void removingTheClientEndsItsTokens() throws Exception {
        String token = token(header(), claims());
        accepted(token);
        issuer.isActive = false;
        nanos.addAndGet(31_000_000_000L);
        refused(token, "removed");
    }

    @Test
    void closingTheUserEndsItsTokensAndFewerRolesAreFewer() throws Exception {
        String token = token(header(), claims("sub", "user-1", "roles", List.of("user", "admin")));
        assertThat(verifier.verify(token).roles()).hasSize(2);
        verifier.bindUsers(user -> Optional.of(Set.of(Role.USER)));
        nanos.addAndGet(31_000_000_000L);
        assertThat(verifier.verify(token).roles()).containsExactly(Role.USER);
        verifier.bindUsers(user -> Optional.empty());
        nanos.addAndGet(31_000_000_000L);
        refused(token, "closed");
    }

    @Test
    void aRememberedTokenExpires() throws Exception {
        String token = token(header(), claims());
        accepted(token);
        clock.now = NOW.plusSeconds(629);
        accepted(token);
        clock.now = NOW.plusSeconds(630);
        refused(token, "expired");
    }

    @Test
    void aRememberedTokenGoesWithItsKey() throws Exception {
        String token = token(header(), claims());
        accepted(token);
        issuer.keys = new JWKSet(rsa);
        refused(token, "key that the issuer does not have");
    }

    @Test
    void isUnavailableWithoutIssuerOrUsers() throws Exception {
        String token = token(header(), claims());
        String ofUser = token(header(), claims("sub", "user-1"));
        JwtVerifier alone = verifier(null);
        unavailable(alone, token);
        alone.bindIssuer(issuer);
        assertThat(alone.verify(token).clientId()).isEqualTo("client-1");
        unavailable(alone, ofUser);
        alone.unbindIssuer(issuer);
        unavailable(alone, token);
        issuer.failure = ProblemException.unavailable("no database", null, null);
        nanos.addAndGet(31_000_000_000L);
        unavailable(verifier, token);
    }
}
