package io.plinth.security.internal.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import io.plinth.problem.ProblemException;
import io.plinth.problem.ProblemType;
import io.plinth.security.InvalidTokenException;
import io.plinth.security.Role;
import io.plinth.security.TokenIssuer;
import java.lang.annotation.Annotation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** Keys, tokens made with them, and a verifier with a clock that the test moves. */
abstract class TokenFixture {
    static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    static final String ISSUER = "https://localhost:8443";
    static ECKey ec;
    static ECKey otherEc;
    static RSAKey rsa;
    static RSAKey weakRsa;

    final AtomicLong nanos = new AtomicLong();
    final MovableClock clock = new MovableClock(NOW);
    final FakeIssuer issuer = new FakeIssuer();
    JwtVerifier verifier;

    @BeforeAll
    static void makeKeys() throws Exception {
        ec = new ECKeyGenerator(Curve.P_256)
                .keyID("ec")
                .algorithm(JWSAlgorithm.ES256)
                .generate();
        otherEc = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
        rsa = new RSAKeyGenerator(2048).keyID("rsa").generate();
        weakRsa = new RSAKeyGenerator(1024, true).keyID("weak").generate();
    }

    @BeforeEach
    void makeVerifier() {
        verifier = verifier(null);
        verifier.bindIssuer(issuer);
        verifier.bindUsers(user -> Optional.of(Set.of(Role.USER, Role.ADMIN)));
    }

    JwtVerifier verifier(String externalIssuer) {
        return new JwtVerifier(new TokenSettings(new Defaults(), Path.of("."), externalIssuer), clock, nanos::get);
    }

    static Map<String, Object> header(Object... changes) {
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("alg", "ES256");
        header.put("typ", "at+jwt");
        header.put("kid", "ec");
        return change(header, changes);
    }

    static Map<String, Object> claims(Object... changes) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", ISSUER);
        claims.put("aud", "plinth");
        claims.put("sub", "client-1");
        claims.put("client_id", "client-1");
        claims.put("roles", List.of("admin", "service"));
        claims.put("jti", "jti-1");
        claims.put("iat", NOW.getEpochSecond() - 60);
        claims.put("exp", NOW.getEpochSecond() + 600);
        return change(claims, changes);
    }

    static Map<String, Object> change(Map<String, Object> map, Object... changes) {
        for (int i = 0; i < changes.length; i += 2) {
            if (changes[i + 1] == null) {
                map.remove(changes[i]);
            } else {
                map.put((String) changes[i], changes[i + 1]);
            }
        }
        return map;
    }

    static String token(Map<String, Object> header, Map<String, Object> claims) throws Exception {
        return raw(encode(header), encode(claims));
    }

    static String token(Map<String, Object> header, Map<String, Object> claims, JWSSigner signer) throws Exception {
        return signed(encode(header), encode(claims), header, signer);
    }

    /** Signed by ourselves, so that headers which the library would not write can be tried. */
    static String raw(String header, String payload) throws Exception {
        return signed(header, payload, Map.of("alg", "ES256"), new ECDSASigner(ec));
    }

    static String signed(String header, String payload, Map<String, Object> algorithm, JWSSigner signer)
            throws Exception {
        JWSAlgorithm alg = JWSAlgorithm.parse((String) algorithm.get("alg"));
        byte[] input = (header + "." + payload).getBytes(StandardCharsets.US_ASCII);
        return header + "." + payload + "." + signer.sign(new JWSHeader(alg), input);
    }

    static String encode(Map<String, Object> json) {
        return Base64URL.encode(JSONObjectUtils.toJSONString(json)).toString();
    }

    static String twice(Map<String, Object> json, String name) {
        String text = JSONObjectUtils.toJSONString(json);
        return text.substring(0, text.length() - 1) + ",\"" + name + "\":" + "\"" + json.get(name) + "\"}";
    }

    static String flipped(String segment) {
        return (segment.charAt(0) == 'A' ? 'B' : 'A') + segment.substring(1);
    }

    /** 64 bytes leave four bits of the last character unused. */
    static String notCanonical(String token) {
        String digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        char last = token.charAt(token.length() - 1);
        return token.substring(0, token.length() - 1) + digits.charAt(digits.indexOf(last) + 1);
    }

    void accepted(String token) throws Exception {
        assertThat(verifier.verify(token)).isNotNull();
    }

    void refused(String token, String reason) {
        assertThatThrownBy(() -> verifier.verify(token))
                .isInstanceOf(InvalidTokenException.class)
                .hasMessageContaining(reason);
    }

    static void unavailable(JwtVerifier verifier, String token) {
        assertThatThrownBy(() -> verifier.verify(token))
                .isInstanceOfSatisfying(ProblemException.class, problem -> assertThat(problem.type())
                        .isEqualTo(ProblemType.UNAVAILABLE));
    }

    static final class FakeIssuer implements TokenIssuer {
        final AtomicInteger asked = new AtomicInteger();
        JWKSet keys = new JWKSet(List.of(ec, rsa, weakRsa));
        boolean isActive = true;
        ProblemException failure;

        @Override
        public String issuer() {
            return ISSUER;
        }

        @Override
        public String jwks() {
            return keys.toString();
        }

        @Override
        public boolean isClientActive(String clientId) {
            asked.incrementAndGet();
            if (failure != null) {
                throw failure;
            }
            return isActive;
        }
    }

    /** The defaults of the annotation itself. */
    static final class Defaults implements TokenConfig {
        @Override
        public int cache_entries() {
            return (int) value("cache_entries");
        }

        @Override
        public int status_seconds() {
            return (int) value("status_seconds");
        }

        @Override
        public String[] external_types() {
            return (String[]) value("external_types");
        }

        @Override
        public String external_user_claim() {
            return (String) value("external_user_claim");
        }

        @Override
        public int external_refresh_seconds() {
            return (int) value("external_refresh_seconds");
        }

        @Override
        public int external_timeout_millis() {
            return (int) value("external_timeout_millis");
        }

        @Override
        public String external_ca_file() {
            return (String) value("external_ca_file");
        }

        @Override
        public Class<? extends Annotation> annotationType() {
            return TokenConfig.class;
        }

        private static Object value(String name) {
            try {
                return TokenConfig.class.getMethod(name).getDefaultValue();
            } catch (NoSuchMethodException renamed) {
                throw new AssertionError(renamed);
            }
        }
    }

    static final class MovableClock extends Clock {
        Instant now;

        MovableClock(Instant now) {
            this.now = now;
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
