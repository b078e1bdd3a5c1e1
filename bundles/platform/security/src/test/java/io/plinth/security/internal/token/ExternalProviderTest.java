package io.plinth.security.internal.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.sun.net.httpserver.HttpServer;
import io.plinth.problem.ProblemException;
import io.plinth.problem.ProblemType;
import io.plinth.security.Caller;
import io.plinth.security.InvalidTokenException;
import io.plinth.security.Role;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tokens of a provider beside this server, such as Keycloak. */
class ExternalProviderTest extends TokenFixture {
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
}
