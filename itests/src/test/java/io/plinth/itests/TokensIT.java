package io.plinth.itests;

import static io.plinth.itests.harness.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.plinth.itests.harness.Http;
import io.plinth.itests.harness.Http.Client;
import io.plinth.itests.harness.OnSharedServer;
import io.plinth.itests.harness.People;
import io.plinth.itests.harness.Reply;
import io.plinth.itests.harness.Tokens;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The token endpoint, the discovery documents, and which tokens are honoured. */
@OnSharedServer
class TokensIT {
    private final Http http;

    TokensIT(Http http) {
        this.http = http;
    }

    @Test
    void clientCredentials() {
        Reply reply = http.requestToken(http.adminClient());
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        assertThat(reply.json().path("token_type").asText()).isEqualToIgnoringCase("Bearer");
        assertThat(reply.json().path("expires_in").asInt()).isBetween(60, 900);
        assertThat(reply.needHeader("Cache-Control")).contains("no-store");

        String token = reply.json().path("access_token").asText();
        assertThat(Tokens.header(token).path("typ").asText()).isEqualTo("at+jwt");
        assertThat(Tokens.header(token).path("alg").asText()).isIn("RS256", "ES256");
        JsonNode claims = Tokens.claims(token);
        assertThat(claims.path("aud").toString()).contains("plinth");
        assertThat(claims.path("sub").asText()).isEqualTo("plinth-admin");
        assertThat(claims.path("client_id").asText()).isEqualTo("plinth-admin");
        assertThat(claims.path("roles").toString()).isEqualTo("[\"admin\"]");
        assertThat(claims.path("jti").asText()).isNotBlank();
        assertThat(claims.path("exp").asLong())
                .isBetween(Instant.now().getEpochSecond(), Instant.now().getEpochSecond() + 901);
    }

    @Test
    void secretInTheBodyAndThroughTheLoopbackPort() {
        Client admin = http.adminClient();
        Reply reply = http.callPlain("POST", "/oauth2/token")
                .form(Map.of(
                        "grant_type", "client_credentials", "client_id", admin.id(), "client_secret", admin.secret()))
                .send();
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        String token = reply.json().path("access_token").asText();
        assertThat(http.get("/api/v1/users").token(token).send().status()).isEqualTo(200);
    }

    @Test
    void discoveryLeadsToTheKeys() {
        String token = http.admin();
        for (String path :
                new String[] {"/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"}) {
            Reply reply = http.get(path).send();
            assertThat(reply.status()).as(path).isEqualTo(200);
            JsonNode metadata = reply.json();
            assertThat(metadata.path("issuer").asText())
                    .isEqualTo(Tokens.claims(token).path("iss").asText());
            assertThat(URI.create(metadata.path("token_endpoint").asText()).getPath())
                    .isEqualTo("/oauth2/token");
            assertThat(metadata.path("grant_types_supported").toString())
                    .contains("client_credentials")
                    .doesNotContain("password");
            Reply keys = http.get(URI.create(metadata.path("jwks_uri").asText()).getPath())
                    .send();
            assertThat(keys.status()).isEqualTo(200);
            assertThat(keys.json().path("keys").findValuesAsText("kid"))
                    .contains(Tokens.header(token).path("kid").asText());
            assertThat(keys.text()).doesNotContain("\"d\"").doesNotContain("\"p\"");
        }
    }

    @Test
    void refusesAWrongSecretAndAnUnknownClientAlike() {
        Reply wrong = http.requestToken(new Client("plinth-admin", "wrong"));
        Reply unknown = http.requestToken(new Client("nobody", "wrong"));
        for (Reply reply : new Reply[] {wrong, unknown}) {
            assertThat(reply.status()).as(reply.toString()).isEqualTo(401);
            assertThat(reply.json().path("error").asText()).isEqualTo("invalid_client");
            assertThat(reply.header("WWW-Authenticate")).isPresent();
        }
        assertThat(wrong.text()).isEqualTo(unknown.text());
    }

    @Test
    void refusesOtherGrants() {
        assertThat(error(Map.of("grant_type", "password", "username", "admin", "password", "x")))
                .isEqualTo("unsupported_grant_type");
        assertThat(error(Map.of("grant_type", "nonsense"))).isEqualTo("unsupported_grant_type");
        assertThat(error(Map.of("scope", "all"))).isEqualTo("invalid_request");
    }

    @Test
    void theTokenEndpointTakesFormsByPostOnly() {
        Reply get = http.get("/oauth2/token").send();
        assertThat(get.status()).isEqualTo(405);
        assertThat(get.needHeader("Allow")).contains("POST");
        Reply json = http.post("/oauth2/token").jsonText("{}").send();
        assertThat(json.status()).as(json.toString()).isIn(400, 415);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "padded",
                "white space",
                "fourth segment",
                "two segments",
                "none",
                "payload",
                "signature",
                "HS256",
                "empty",
                "text"
            })
    void refusesTokensThatWereTamperedWith(String how) {
        String token = tamper(how, http.admin());
        Reply reply = http.get("/api/v1/users")
                .header("Authorization", "Bearer " + token)
                .send();
        assertProblem(reply, 401, "unauthorized");
        assertThat(reply.needHeader("WWW-Authenticate")).startsWith("Bearer");
    }

    @Test
    void aBadTokenIsRefusedOnPublicPathsToo() {
        assertProblem(
                http.get("/api/v1/example")
                        .header("Authorization", "Bearer nonsense")
                        .send(),
                401,
                "unauthorized");
    }

    @Test
    void otherSchemesAreRefused() {
        Client admin = http.adminClient();
        assertProblem(
                http.get("/api/v1/users")
                        .header("Authorization", "Basic " + Http.base64(admin.id() + ":" + admin.secret()))
                        .send(),
                401,
                "unauthorized");
    }

    @Test
    void theTokenInTheQueryDoesNotCount() {
        assertProblem(http.get("/api/v1/users?access_token=" + http.admin()).send(), 401, "unauthorized");
    }

    @Test
    void thePasswordOfAUserIsNoClientSecret() {
        String name = People.uniqueName("withpassword");
        Reply created = new People(http)
                .post(Map.of("username", name, "email", name + "@example.org", "password", "correct horse battery"));
        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        assertThat(created.text()).doesNotContain("correct horse battery").doesNotContain("argon");
        assertThat(http.requestToken(new Client(name, "correct horse battery")).status())
                .isEqualTo(401);
    }

    private String error(Map<String, String> form) {
        Client admin = http.adminClient();
        Reply reply = http.post("/oauth2/token")
                .header("Authorization", "Basic " + Http.base64(admin.id() + ":" + admin.secret()))
                .form(form)
                .send();
        assertThat(reply.status()).as(reply.toString()).isEqualTo(400);
        return reply.json().path("error").asText();
    }

    private static String tamper(String how, String token) {
        String[] parts = token.split("\\.");
        String payload = Tokens.claims(token).toString();
        return switch (how) {
            case "padded" -> parts[0] + "." + parts[1] + "." + parts[2] + "==";
            case "white space" -> parts[0] + "." + parts[1] + " ." + parts[2];
            case "fourth segment" -> token + "." + parts[2];
            case "two segments" -> parts[0] + "." + parts[1];
            case "none" -> Tokens.encode("{\"typ\":\"at+jwt\",\"alg\":\"none\"}") + "." + parts[1] + ".";
            case "payload" ->
                parts[0] + "." + Tokens.encode(payload.replace("plinth-admin", "plinth-owner")) + "." + parts[2];
            case "signature" -> parts[0] + "." + parts[1] + "." + new StringBuilder(parts[2]).reverse();
            case "HS256" -> Tokens.encode("{\"typ\":\"at+jwt\",\"alg\":\"HS256\"}") + "." + parts[1] + "." + parts[2];
            case "empty" -> "";
            default -> "text";
        };
    }
}
