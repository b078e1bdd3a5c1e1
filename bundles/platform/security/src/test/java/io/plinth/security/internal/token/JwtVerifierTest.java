package io.plinth.security.internal.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.opts.AllowWeakRSAKey;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plinth.problem.ProblemException;
import io.plinth.problem.ProblemType;
import io.plinth.security.Caller;
import io.plinth.security.InvalidTokenException;
import io.plinth.security.Role;
import io.plinth.security.TokenIssuer;
import java.lang.annotation.Annotation;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class JwtVerifierTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final String ISSUER = "https://localhost:8443";
    private static ECKey ec;
    private static ECKey otherEc;
    private static RSAKey rsa;
    private static RSAKey weakRsa;

    private final AtomicLong nanos = new AtomicLong();
    private final MovableClock clock = new MovableClock(NOW);
    private final FakeIssuer issuer = new FakeIssuer();
    private JwtVerifier verifier;

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

    private JwtVerifier verifier(String externalIssuer) {
        return new JwtVerifier(new TokenSettings(new Defaults(), Path.of("."), externalIssuer), clock, nanos::get);
    }

    // What is good

    @Test
    void acceptsWhatTheContractDescribes() throws Exception {
        Caller caller = verifier.verify(token(header(), claims()));

        assertThat(caller.subject()).isEqualTo("client-1");
        assertThat(caller.clientId()).isEqualTo("client-1");
        assertThat(caller.userId()).isEmpty();
        assertThat(caller.roles()).containsExactlyInAnyOrder(Role.ADMIN, Role.SERVICE);
        assertThat(caller.tokenId()).isEqualTo("jti-1");
        assertThat(caller.expiresAt()).isEqualTo(NOW.plusSeconds(600));
    }

    @Test
    void acceptsTheVariantsThatStandardsAllow() throws Exception {
        accepted(token(header("typ", "application/at+jwt"), claims()));
        accepted(token(header(), claims("aud", List.of("else", "plinth"))));
        accepted(token(header(), claims("nbf", NOW.getEpochSecond())));
        accepted(token(header("alg", "RS256", "kid", "rsa"), claims(), new RSASSASigner(rsa)));
        assertThat(verifier.verify(token(header(), claims("roles", List.of("user", "king"))))
                        .roles())
                .containsExactly(Role.USER);
        assertThat(verifier.verify(token(header(), claims("roles", null))).roles())
                .isEmpty();
    }

    @Test
    void aSubjectThatIsNotTheClientIsAUser() throws Exception {
        Caller caller = verifier.verify(token(header(), claims("sub", "user-1", "roles", List.of("user", "service"))));
        assertThat(caller.userId()).contains("user-1");
        assertThat(caller.roles()).as("only what the user has too").containsExactly(Role.USER);
    }

    @Test
    void givesThirtySecondsOfLeewayAndNoMore() throws Exception {
        long now = NOW.getEpochSecond();
        accepted(token(header(), claims("exp", now - 29)));
        refused(token(header(), claims("exp", now - 30)), "expired");
        accepted(token(header(), claims("nbf", now + 30)));
        refused(token(header(), claims("nbf", now + 31)), "not valid yet");
        accepted(token(header(), claims("iat", now + 30)));
        refused(token(header(), claims("iat", now + 31)), "future");
        accepted(token(header(), claims("exp", now + 930)));
        refused(token(header(), claims("exp", now + 931)), "longer than 15 minutes");
    }

    // What is not

    @TestFactory
    List<DynamicTest> refusesForgedAndOddTokens() throws Exception {
        String good = token(header(), claims());
        String[] part = good.split("\\.");
        Map<String, String> odd = new LinkedHashMap<>();
        for (String none : new String[] {"none", "None", "NONE", "nOnE"}) {
            odd.put("alg " + none, encode(header("alg", none)) + "." + part[1] + ".");
            odd.put("alg " + none + " with signature", encode(header("alg", none)) + "." + part[1] + "." + part[2]);
        }
        byte[] publicKey = ec.toECPublicKey().getEncoded();
        odd.put("HMAC with the public key", token(header("alg", "HS256"), claims(), new MACSigner(publicKey)));
        odd.put(
                "HMAC with the public JWK",
                token(
                        header("alg", "HS256"),
                        claims(),
                        new MACSigner(ec.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8))));
        odd.put("RS384", token(header("alg", "RS384", "kid", "rsa"), claims(), new RSASSASigner(rsa)));
        odd.put("PS256", token(header("alg", "PS256", "kid", "rsa"), claims(), new RSASSASigner(rsa)));
        odd.put(
                "a weak RSA key",
                token(
                        header("alg", "RS256", "kid", "weak"),
                        claims(),
                        new RSASSASigner(weakRsa.toRSAPrivateKey(), Set.of(AllowWeakRSAKey.getInstance()))));
        odd.put("RS256 naming the EC key", token(header("alg", "RS256"), claims(), new RSASSASigner(rsa)));
        odd.put("another key, same kid", token(header(), claims(), new ECDSASigner(otherEc)));
        odd.put("unknown kid", token(header("kid", "who"), claims()));
        odd.put("no kid", token(header("kid", null), claims()));
        odd.put("alg missing", encode(header("alg", null)) + "." + part[1] + "." + part[2]);
        for (Object typ : new Object[] {"JWT", "at+JWT", "AT+JWT", "jwt", "", "at+jwt ", null}) {
            odd.put("typ " + typ, token(header("typ", typ), claims()));
        }
        for (String name : new String[] {"jku", "x5u"}) {
            odd.put("header " + name, token(header(name, "https://evil.example/keys"), claims()));
        }
        odd.put(
                "header jwk",
                token(header("jwk", otherEc.toPublicJWK().toJSONObject()), claims(), new ECDSASigner(otherEc)));
        odd.put("header x5c", token(header("x5c", List.of("MIIB")), claims()));
        odd.put("unknown crit", token(header("crit", List.of("exp"), "exp", 1), claims()));
        odd.put("crit b64", token(header("crit", List.of("b64"), "b64", true), claims()));
        odd.put("empty crit", encode(header("crit", List.of())) + "." + part[1] + "." + part[2]);
        odd.put("zip", token(header("zip", "DEF"), claims()));
        for (String name : new String[] {"iss", "aud", "sub", "client_id", "jti", "exp", "iat"}) {
            odd.put("no " + name, token(header(), claims(name, null)));
            odd.put(name + " an object", token(header(), claims(name, Map.of("a", "b"))));
            odd.put(name + " empty", token(header(), claims(name, "")));
        }
        for (String iss : new String[] {ISSUER + "/", "https://LOCALHOST:8443", "https://localhost:84430", "x"}) {
            odd.put("iss " + iss, token(header(), claims("iss", iss)));
        }
        for (Object aud : new Object[] {"Plinth", "plinth ", List.of(), List.of("a", "b"), List.of(1), "plinth,a"}) {
            odd.put("aud " + aud, token(header(), claims("aud", aud)));
        }
        for (Object exp : new Object[] {"1795348800", 1e300, -1, true, Long.MAX_VALUE, NOW.getEpochSecond() + 0.5}) {
            odd.put("exp " + exp, token(header(), claims("exp", exp)));
        }
        odd.put(
                "iat after exp",
                token(header(), claims("iat", NOW.getEpochSecond() + 20, "exp", NOW.getEpochSecond() + 10)));
        odd.put("nbf a text", token(header(), claims("nbf", "1")));
        odd.put("roles a text", token(header(), claims("roles", "admin")));
        odd.put("roles with a number", token(header(), claims("roles", List.of("admin", 1))));
        odd.put("realm roles", token(header("typ", "JWT"), claims("realm_access", Map.of("roles", List.of("admin")))));
        odd.put("padded", good + "=");
        odd.put("padded header", part[0] + "=." + part[1] + "." + part[2]);
        for (String space : new String[] {" ", "\n", "\t", "\r\n", "\u00a0", "\u0000"}) {
            odd.put("space before " + space.codePointAt(0), space + good);
            odd.put("space after " + space.codePointAt(0), good + space);
            odd.put("space within " + space.codePointAt(0), part[0] + "." + space + part[1] + "." + part[2]);
        }
        odd.put("four segments", good + ".AAAA");
        odd.put("five segments", good + ".AAAA.AAAA");
        odd.put("trailing dot", good + ".");
        odd.put("two segments", part[0] + "." + part[1]);
        odd.put("no signature", part[0] + "." + part[1] + ".");
        odd.put("no payload", part[0] + ".." + part[2]);
        odd.put("empty", "");
        odd.put("dots", "..");
        odd.put("ordinary Base64", part[0] + "." + part[1] + "." + "+/" + part[2].substring(2));
        odd.put("not canonical", notCanonical(good));
        odd.put("tampered payload", part[0] + "." + encode(claims("sub", "admin")) + "." + part[2]);
        odd.put("tampered signature", part[0] + "." + part[1] + "." + flipped(part[2]));
        odd.put("signature of zeros", part[0] + "." + part[1] + "." + Base64URL.encode(new byte[64]));
        odd.put("signature cut", part[0] + "." + part[1] + "." + part[2].substring(0, 43));
        odd.put("signature in DER length", part[0] + "." + part[1] + "." + Base64URL.encode(new byte[71]));
        odd.put("oversized", token(header(), claims("x", "y".repeat(9000))));
        odd.put(
                "payload no JSON",
                raw(encode(header()), Base64URL.encode("hello").toString()));
        odd.put("payload a list", raw(encode(header()), Base64URL.encode("[1]").toString()));
        odd.put(
                "payload with a name twice",
                raw(encode(header()), Base64URL.encode(twice(claims(), "sub")).toString()));
        odd.put(
                "header with a name twice",
                raw(Base64URL.encode(twice(header(), "typ")).toString(), part[1]));
        odd.put(
                "header deeply nested",
                raw(Base64URL.encode("{\"a\":" + "[".repeat(3000)).toString(), part[1]));
        assertThat(odd).hasSizeGreaterThan(90);
        return odd.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    assertThatThrownBy(() -> verifier.verify(entry.getValue()))
                            .isInstanceOf(InvalidTokenException.class)
                            .hasMessageMatching("The [ -~]+\\.");
                }))
                .toList();
    }

    // Caches

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

    // An external provider

    @Test
    void takesTokensOfAnExternalProviderThroughItsOutages() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        String external = "http://127.0.0.1:" + server.getAddress().getPort() + "/realms/plinth";
        AtomicInteger status = new AtomicInteger(200);
        AtomicInteger asked = new AtomicInteger();
        Map<String, String> answers = new HashMap<>();
        answers.put(
                "/realms/plinth/.well-known/openid-configuration",
                "{\"issuer\":\"" + external + "\",\"jwks_uri\":\"" + external + "/certs\"}");
        answers.put("/realms/plinth/certs", new JWKSet(rsa).toString());
        server.createContext("/", exchange -> {
            asked.incrementAndGet();
            byte[] body =
                    answers.getOrDefault(exchange.getRequestURI().getPath(), "").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status.get(), body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        JwtVerifier keycloak = verifier(external);
        try {
            keycloak.bindUsers(user -> user.equals("user-1") ? Optional.of(Set.of(Role.USER)) : Optional.empty());
            Map<String, Object> head = header("alg", "RS256", "kid", "rsa", "typ", "JWT");
            Map<String, Object> body = claims(
                    "iss",
                    external,
                    "sub",
                    "f81d4fae",
                    "client_id",
                    null,
                    "azp",
                    "app",
                    "roles",
                    null,
                    "realm_access",
                    Map.of("roles", List.of("admin", "offline_access")));
            Caller caller = keycloak.verify(token(head, body, new RSASSASigner(rsa)));
            assertThat(caller.clientId()).isEqualTo("app");
            assertThat(caller.userId()).isEmpty();
            assertThat(caller.roles()).containsExactly(Role.ADMIN);
            body.put("roles", List.of("user", "service"));
            body.put("plinth_user_id", "user-1");
            assertThat(keycloak.verify(token(head, body, new RSASSASigner(rsa))).roles())
                    .containsExactly(Role.USER);
            body.put("plinth_user_id", "user-2");
            String closed = token(head, body, new RSASSASigner(rsa));
            assertThatThrownBy(() -> keycloak.verify(closed)).isInstanceOf(InvalidTokenException.class);
            assertThat(asked).hasValue(2);

            status.set(500);
            body.remove("plinth_user_id");
            assertThat(keycloak.verify(token(head, body, new RSASSASigner(rsa))).subject())
                    .isEqualTo("f81d4fae");
            String unknownKey = token(header(), claims("iss", external));
            for (int i = 0; i < 20; i++) {
                assertThatThrownBy(() -> keycloak.verify(unknownKey)).isInstanceOf(InvalidTokenException.class);
            }
            assertThat(asked).as("unknown keys ask seldom").hasValue(2);
        } finally {
            keycloak.deactivate();
            server.stop(0);
        }
    }

    @Test
    void readsKeysAgainForAnUnknownOneAndAnswers503BeforeTheFirst() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        String external = "http://127.0.0.1:" + server.getAddress().getPort();
        Map<String, String> answers = new HashMap<>();
        server.createContext("/", exchange -> {
            byte[] body =
                    answers.getOrDefault(exchange.getRequestURI().getPath(), "").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(body.length == 0 ? 503 : 200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try (OpenIdKeys keys = new OpenIdKeys(
                external, java.time.Duration.ofDays(1), java.time.Duration.ofSeconds(5), null, nanos::get)) {
            assertThatThrownBy(keys::keys)
                    .isInstanceOfSatisfying(ProblemException.class, problem -> assertThat(problem.type())
                            .isEqualTo(ProblemType.UNAVAILABLE));
            answers.put(
                    "/.well-known/openid-configuration",
                    "{\"issuer\":\"" + external + "/\",\"jwks_uri\":\"" + external + "/certs\"}");
            answers.put("/certs", new JWKSet(rsa).toString());
            nanos.addAndGet(2_000_000_000L);
            assertThatThrownBy(keys::keys).as("another issuer's document").isInstanceOf(ProblemException.class);
            answers.put(
                    "/.well-known/openid-configuration",
                    "{\"issuer\":\"" + external + "\",\"jwks_uri\":\"" + external + "/certs\"}");
            nanos.addAndGet(2_000_000_000L);
            assertThat(keys.keys().find("rsa")).isPresent();
            answers.put("/certs", new JWKSet(List.of(rsa, ec)).toString());
            assertThat(keys.refresh().find("ec")).as("too early").isEmpty();
            nanos.addAndGet(10_000_000_000L);
            assertThat(keys.refresh().find("ec")).isPresent();
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aWrongSettingIsNamed() {
        assertThatThrownBy(() -> new TokenSettings(new Defaults(), Path.of("."), "keycloak"))
                .hasMessageContaining("PLINTH_ISSUER");
    }

    // Building blocks

    private static Map<String, Object> header(Object... changes) {
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("alg", "ES256");
        header.put("typ", "at+jwt");
        header.put("kid", "ec");
        return change(header, changes);
    }

    private static Map<String, Object> claims(Object... changes) {
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

    private static Map<String, Object> change(Map<String, Object> map, Object... changes) {
        for (int i = 0; i < changes.length; i += 2) {
            if (changes[i + 1] == null) {
                map.remove(changes[i]);
            } else {
                map.put((String) changes[i], changes[i + 1]);
            }
        }
        return map;
    }

    private static String token(Map<String, Object> header, Map<String, Object> claims) throws Exception {
        return raw(encode(header), encode(claims));
    }

    private static String token(Map<String, Object> header, Map<String, Object> claims, JWSSigner signer)
            throws Exception {
        return signed(encode(header), encode(claims), header, signer);
    }

    /** Signed by ourselves, so that headers which the library would not write can be tried. */
    private static String raw(String header, String payload) throws Exception {
        return signed(header, payload, Map.of("alg", "ES256"), new ECDSASigner(ec));
    }

    private static String signed(String header, String payload, Map<String, Object> algorithm, JWSSigner signer)
            throws Exception {
        JWSAlgorithm alg = JWSAlgorithm.parse((String) algorithm.get("alg"));
        byte[] input = (header + "." + payload).getBytes(StandardCharsets.US_ASCII);
        return header + "." + payload + "." + signer.sign(new JWSHeader(alg), input);
    }

    private static String encode(Map<String, Object> json) {
        return Base64URL.encode(JSONObjectUtils.toJSONString(json)).toString();
    }

    private static String twice(Map<String, Object> json, String name) {
        String text = JSONObjectUtils.toJSONString(json);
        return text.substring(0, text.length() - 1) + ",\"" + name + "\":" + "\"" + json.get(name) + "\"}";
    }

    private static String flipped(String segment) {
        return (segment.charAt(0) == 'A' ? 'B' : 'A') + segment.substring(1);
    }

    /** 64 bytes leave four bits of the last character unused. */
    private static String notCanonical(String token) {
        String digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        char last = token.charAt(token.length() - 1);
        return token.substring(0, token.length() - 1) + digits.charAt(digits.indexOf(last) + 1);
    }

    private void accepted(String token) throws Exception {
        assertThat(verifier.verify(token)).isNotNull();
    }

    private void refused(String token, String reason) {
        assertThatThrownBy(() -> verifier.verify(token))
                .isInstanceOf(InvalidTokenException.class)
                .hasMessageContaining(reason);
    }

    private static void unavailable(JwtVerifier verifier, String token) {
        assertThatThrownBy(() -> verifier.verify(token))
                .isInstanceOfSatisfying(ProblemException.class, problem -> assertThat(problem.type())
                        .isEqualTo(ProblemType.UNAVAILABLE));
    }

    private static final class FakeIssuer implements TokenIssuer {
        private final AtomicInteger asked = new AtomicInteger();
        private JWKSet keys = new JWKSet(List.of(ec, rsa, weakRsa));
        private boolean isActive = true;
        private ProblemException failure;

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
    private static final class Defaults implements TokenConfig {
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

    private static final class MovableClock extends Clock {
        private Instant now;

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
