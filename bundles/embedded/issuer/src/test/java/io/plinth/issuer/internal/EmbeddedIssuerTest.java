package io.plinth.issuer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.SignedJWT;
import io.plinth.issuer.internal.Clients.NewClient;
import io.plinth.problem.ProblemException;
import io.plinth.problem.ProblemType;
import io.plinth.security.Role;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EmbeddedIssuerTest {
    private final IssuerFixture fixture = new IssuerFixture();

    // Start

    @Test
    void isNotReadyBeforeTheDatabaseIsAndTriesAgain() {
        fixture.store.failure = ProblemException.unavailable("no database", null, null);
        EmbeddedIssuer issuer = fixture.unprepared();
        issuer.deactivate();
        issuer.prepare();
        assertThat(issuer.check().up()).isFalse();
        assertThat(issuer.check().reason()).contains("no database");
        assertThatThrownBy(issuer::jwks)
                .isInstanceOfSatisfying(ProblemException.class, problem -> assertThat(problem.type())
                        .isEqualTo(ProblemType.UNAVAILABLE));
        fixture.store.failure = null;
        issuer.prepare();
        assertThat(issuer.check().up()).isTrue();
        assertThat(issuer.jwks()).contains("\"kid\"");
        assertThat(fixture.startupFailures).isEmpty();
    }

    @Test
    void theFirstClientHasTheSecretThatIsGivenAtEachStart() {
        EmbeddedIssuer issuer = fixture.issuer();
        assertThat(issuer.authenticate("plinth-admin", IssuerFixture.SECRET)).contains(Set.of(Role.ADMIN));
        assertThat(fixture.store.clients.get("plinth-admin").secretHash()).startsWith("$argon2id$");

        fixture.secrets.given.put("client-secret", "another of my own");
        EmbeddedIssuer again = fixture.issuer();
        assertThat(again.authenticate("plinth-admin", IssuerFixture.SECRET)).isEmpty();
        assertThat(again.authenticate("plinth-admin", "another of my own")).isPresent();

        fixture.secrets.given.clear();
        EmbeddedIssuer generated = fixture.issuer();
        assertThat(generated.authenticate("plinth-admin", fixture.secrets.get("client-secret")))
                .isPresent();
        assertThat(generated.authenticate("plinth-admin", "another of my own")).isEmpty();
        assertThat(fixture.store.clients).hasSize(1);
    }

    @Test
    void keysSurviveARestartAndAreNotReadableInTheDatabase() {
        String first = fixture.issuer().jwks();
        assertThat(fixture.issuer().jwks()).isEqualTo(first);
        assertThat(first).doesNotContain("\"d\"");
        assertThat(fixture.store.keys).hasSize(1);
        String stored = new String(
                fixture.store.keys.get(0).privateJwkEncrypted(), java.nio.charset.StandardCharsets.ISO_8859_1);
        assertThat(stored).doesNotContain("kty").startsWith("\u0001");
    }

    @Test
    void aServerWithAnotherSecretMakesItsOwnKeyAndVerifiesAll() throws Exception {
        fixture.issuer();
        fixture.secrets.given.put("issuer-key-encryption-key", "of another server");
        EmbeddedIssuer other = fixture.issuer();
        assertThat(other.publicKeys()).hasSize(2);
        SignedJWT token = token(other, "plinth-admin", IssuerFixture.SECRET);
        assertThat(token.getHeader().getKeyID())
                .isEqualTo(fixture.store.keys.get(0).id());
    }

    @Test
    void anEncryptedKeyIsBoundToItsRowAndTamperProof() throws Exception {
        KeyCipher cipher = new KeyCipher("secret");
        byte[] encrypted = cipher.encrypt("a", "text");
        assertThat(cipher.decrypt("a", encrypted)).isEqualTo("text");
        assertThatThrownBy(() -> cipher.decrypt("b", encrypted)).isInstanceOf(GeneralSecurityException.class);
        for (int i = 0; i < encrypted.length; i++) {
            byte[] tampered = encrypted.clone();
            tampered[i] ^= 1;
            assertThatThrownBy(() -> cipher.decrypt("a", tampered)).isInstanceOf(GeneralSecurityException.class);
        }
        assertThatThrownBy(() -> cipher.decrypt("a", new byte[5])).isInstanceOf(GeneralSecurityException.class);
    }

    // Clients

    @Test
    void generatedSecretsNeverCostASlowHashAndChosenOnesOnce() {
        EmbeddedIssuer issuer = fixture.issuer();
        NewClient made = issuer.clients().create("app", Set.of(Role.SERVICE), null);
        assertThat(made.secret()).matches("[A-Za-z0-9_-]{43}");
        fixture.hasher.runs = 0;
        for (int i = 0; i < 50; i++) {
            assertThat(issuer.authenticate(made.client().id(), made.secret())).contains(Set.of(Role.SERVICE));
            assertThat(issuer.authenticate("plinth-admin", IssuerFixture.SECRET))
                    .isPresent();
            assertThat(issuer.authenticate("who-is-this", "wrong")).isEmpty();
        }
        assertThat(fixture.hasher.runs).isLessThanOrEqualTo(1);
        assertThat(issuer.authenticate(made.client().id(), made.secret() + "x")).isEmpty();
        assertThat(issuer.authenticate(made.client().id(), "")).isEmpty();
    }

    @Test
    void guessingIsLimitedButLocksNobodyOut() throws Exception {
        EmbeddedIssuer issuer = fixture.issuer();
        issuer.authenticate("plinth-admin", IssuerFixture.SECRET);
        fixture.hasher.runs = 0;
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> token(issuer, "plinth-admin", "guess"))
                    .isInstanceOfSatisfying(OAuthException.class, refused -> assertThat(refused.status())
                            .isEqualTo(401));
        }
        assertThat(fixture.hasher.runs).isEqualTo(20);
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> token(issuer, "plinth-admin", "guess"))
                    .isInstanceOfSatisfying(OAuthException.class, refused -> {
                        assertThat(refused.status()).isEqualTo(429);
                        assertThat(refused.retryAfter()).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(1));
                    });
        }
        assertThat(fixture.hasher.runs).as("no slow hash any more").isEqualTo(20);
        assertThat(issuer.authenticate("plinth-admin", IssuerFixture.SECRET)).isPresent();
    }

    @Test
    void failuresAreForgottenAfterAMinute() {
        AtomicLong nanos = new AtomicLong();
        FailureLimit limit = new FailureLimit(2, nanos::get);
        limit.failed("a");
        assertThat(limit.wait("a")).isEmpty();
        nanos.addAndGet(Duration.ofSeconds(20).toNanos());
        limit.failed("a");
        assertThat(limit.wait("a")).contains(Duration.ofSeconds(40));
        assertThat(limit.wait("b")).isEmpty();
        nanos.addAndGet(Duration.ofSeconds(41).toNanos());
        assertThat(limit.wait("a")).isEmpty();
    }

    @Test
    void aClientOfAUserHasTheRolesOfBothAndEndsWithTheUser() throws Exception {
        EmbeddedIssuer issuer = fixture.issuer();
        assertThatThrownBy(() -> issuer.clients().create("app", Set.of(Role.USER), "u1"))
                .isInstanceOfSatisfying(ProblemException.class, problem -> {
                    assertThat(problem.type().uri()).isEqualTo("/problems/unknown-user");
                    assertThat(problem.type().status()).isEqualTo(422);
                });
        fixture.users.put("u1", Set.of(Role.USER, Role.ADMIN));
        NewClient made = issuer.clients().create("app", Set.of(Role.USER, Role.SERVICE), "u1");
        SignedJWT token = token(issuer, made.client().id(), made.secret());
        assertThat(token.getJWTClaimsSet().getSubject()).isEqualTo("u1");
        assertThat(token.getJWTClaimsSet().getStringListClaim("roles")).containsExactly("user");

        fixture.users.remove("u1");
        assertThatThrownBy(() -> token(issuer, made.client().id(), made.secret()))
                .isInstanceOfSatisfying(OAuthException.class, refused -> assertThat(refused.error())
                        .isEqualTo("invalid_grant"));
        assertThat(issuer.authenticate(made.client().id(), made.secret())).isEmpty();
    }

    @Test
    void withoutUsersServiceAClientOfAUserWaits() {
        EmbeddedIssuer issuer = fixture.issuer();
        fixture.users.put("u1", Set.of(Role.USER));
        NewClient made = issuer.clients().create("app", Set.of(Role.USER), "u1");
        EmbeddedIssuer alone = new EmbeddedIssuer(
                IssuerFixture.settings(), IssuerFixture.clock(), fixture.secrets, fixture.hasher, fixture.store, null);
        alone.deactivate();
        assertThatThrownBy(() -> alone.authenticate(made.client().id(), made.secret()))
                .isInstanceOfSatisfying(ProblemException.class, problem -> assertThat(problem.type())
                        .isEqualTo(ProblemType.UNAVAILABLE));
    }

    @Test
    void aRemovedClientIsGoneAndTheFirstOneStays() {
        EmbeddedIssuer issuer = fixture.issuer();
        NewClient made = issuer.clients().create("app", Set.of(Role.USER), null);
        assertThat(issuer.isClientActive(made.client().id())).isTrue();
        assertThat(issuer.clients().remove(made.client().id())).isTrue();
        assertThat(issuer.clients().remove(made.client().id())).isFalse();
        assertThat(issuer.isClientActive(made.client().id())).isFalse();
        assertThat(issuer.authenticate(made.client().id(), made.secret())).isEmpty();
        assertThatThrownBy(() -> issuer.clients().remove("plinth-admin"))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.type().status()).isEqualTo(409));
    }

    // Tokens

    @Test
    void aTokenIsWhatRfc9068Says() throws Exception {
        SignedJWT token = token(fixture.issuer(), "plinth-admin", IssuerFixture.SECRET);
        assertThat(token.getHeader().toJSONObject()).containsOnlyKeys("alg", "typ", "kid");
        assertThat(token.getHeader().getType().getType()).isEqualTo("at+jwt");
        assertThat(token.getHeader().getAlgorithm().getName()).isEqualTo("ES256");
        assertThat(token.getJWTClaimsSet().getClaims())
                .containsOnlyKeys("iss", "aud", "sub", "client_id", "roles", "jti", "iat", "exp");
        assertThat(token.getJWTClaimsSet().getExpirationTime().toInstant())
                .isEqualTo(IssuerFixture.NOW.plusSeconds(600).truncatedTo(java.time.temporal.ChronoUnit.SECONDS));
    }

    @Test
    void aScopeNarrowsAndNeverWidens() throws Exception {
        EmbeddedIssuer issuer = fixture.issuer();
        NewClient made = issuer.clients().create("app", Set.of(Role.USER, Role.SERVICE), null);
        SignedJWT token = SignedJWT.parse(issuer.mint()
                .clientCredentials(made.client().id(), List.of(made.secret()), "service")
                .token());
        assertThat(token.getJWTClaimsSet().getStringListClaim("roles")).containsExactly("service");
        assertThat(token.getJWTClaimsSet().getStringClaim("scope")).isEqualTo("service");
        for (String scope : new String[] {"admin", "service admin", "service  user", " service", "SERVICE", "x"}) {
            assertThatThrownBy(
                            () -> issuer.mint().clientCredentials(made.client().id(), List.of(made.secret()), scope))
                    .isInstanceOfSatisfying(OAuthException.class, refused -> assertThat(refused.error())
                            .isEqualTo("invalid_scope"));
        }
    }

    @Test
    void aWrongSettingIsNamed() {
        assertThat(new IssuerSettings("https://id.example/plinth", Duration.ofMinutes(15), 1))
                .isNotNull();
        for (String bad : new String[] {"http://x", "https://x/", "https://x?y", "x", "https://x#y", "https:///"}) {
            assertThatThrownBy(() -> new IssuerSettings(bad, Duration.ofMinutes(1), 20))
                    .hasMessageContaining("issuer must be");
        }
        assertThatThrownBy(() -> new IssuerSettings("https://x", Duration.ofMinutes(16), 20))
                .hasMessageContaining("token.lifetime.seconds");
    }

    private static SignedJWT token(EmbeddedIssuer issuer, String id, String secret) throws Exception {
        return SignedJWT.parse(
                issuer.mint().clientCredentials(id, List.of(secret), null).token());
    }
}
