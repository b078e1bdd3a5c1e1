package io.plinth.issuer.internal.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plinth.issuer.internal.EmbeddedIssuer;
import io.plinth.issuer.internal.IssuerFixture;
import io.plinth.problem.ProblemException;
import io.plinth.rest.Page;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.UriBuilder;
import javax.ws.rs.core.UriInfo;
import org.junit.jupiter.api.Test;

class OAuthResourceTest {
    private static final String GRANT = "grant_type=client_credentials";
    private static final String ENCODED = URLEncoder.encode(IssuerFixture.SECRET, StandardCharsets.UTF_8);

    private final IssuerFixture fixture = new IssuerFixture();
    private final EmbeddedIssuer issuer = fixture.issuer();
    private final OAuthResource resource = new OAuthResource(issuer);

    private Response post(String authorization, String body) throws Exception {
        return resource.token(authorization, new ByteArrayInputStream(body.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void answersBothWaysToAuthenticate() throws Exception {
        for (Response answer : List.of(
                post(basic("plinth-admin:" + IssuerFixture.SECRET), GRANT),
                post(basic("plinth-admin:" + ENCODED), GRANT),
                post(basic("plinth-admin:" + ENCODED).replace("Basic", "bASIC"), GRANT + "&client_id=plinth-admin"),
                post(null, GRANT + "&client_id=plinth-admin&client_secret=" + ENCODED),
                post(null, GRANT + "&client_id=plinth%2Dadmin&scope=&unknown=1&client_secret=" + ENCODED))) {
            assertThat(answer.getStatus()).isEqualTo(200);
            assertThat(answer.getHeaderString("Cache-Control")).isEqualTo("no-store");
            OAuthResource.TokenAnswer token = (OAuthResource.TokenAnswer) answer.getEntity();
            assertThat(token.tokenType()).isEqualTo("Bearer");
            assertThat(token.expiresIn()).isEqualTo(600);
            assertThat(token.scope()).isEqualTo("admin");
            assertThat(token.accessToken()).matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+");
        }
    }

    @Test
    void refusesAsRfc6749Says() throws Exception {
        String right = "&client_id=plinth-admin&client_secret=" + ENCODED;
        refused(400, "invalid_request", null, "x=1" + right);
        refused(400, "invalid_request", null, "grant_type=" + right);
        refused(400, "invalid_request", null, GRANT + "&" + GRANT + right);
        refused(400, "invalid_request", null, GRANT + right + "&x=1&x=2");
        refused(400, "invalid_request", null, GRANT + right + "&x=%zz");
        refused(400, "invalid_request", null, GRANT + right + "&x=%");
        refused(400, "invalid_request", null, GRANT + right + "&x=%ff");
        refused(400, "invalid_request", null, GRANT + right + "&x=" + "y".repeat(20_000));
        refused(400, "invalid_request", null, GRANT + right + "&x=1".repeat(100));
        refused(400, "invalid_request", basic("plinth-admin:" + ENCODED), GRANT + right);
        refused(400, "invalid_request", basic("plinth-admin:" + ENCODED), GRANT + "&client_id=else");
        refused(400, "unsupported_grant_type", null, "grant_type=password&username=a&password=b" + right);
        refused(400, "invalid_scope", null, GRANT + "&scope=user" + right);
        for (String header : new String[] {
            basic("plinth-admin:wrong"),
            basic("plinth-admin:"),
            basic("nobody:" + ENCODED),
            basic("no colon"),
            basic(":x"),
            basic("pl\u00efnth:x"),
            "Basic !!!",
            "Basic",
            "Bearer abc",
            "",
        }) {
            refused(401, "invalid_client", header, GRANT);
        }
        refused(401, "invalid_client", null, GRANT);
        refused(401, "invalid_client", null, GRANT + "&client_id=plinth-admin");
        refused(401, "invalid_client", null, GRANT + "&client_id=plinth-admin'--&client_secret=x");
        refused(401, "invalid_client", null, "");
    }

    @Test
    void publishesOnlyPublicKeysAndWhatIsTrue() {
        OAuthResource.JwkSet keys = (OAuthResource.JwkSet) resource.jwks().getEntity();
        assertThat(keys.keys()).singleElement().satisfies(key -> {
            assertThat(key.alg()).isEqualTo("ES256");
            assertThat(issuer.jwks()).contains(key.x(), key.y(), key.kid());
        });
        MetadataResource metadata = new MetadataResource(issuer);
        MetadataResource.Metadata openId =
                (MetadataResource.Metadata) metadata.openIdConfiguration().getEntity();
        assertThat(openId.issuer()).isEqualTo("https://localhost:8443");
        assertThat(openId.tokenEndpoint()).isEqualTo("https://localhost:8443/oauth2/token");
        assertThat(metadata.oauthAuthorizationServer().getEntity()).isEqualTo(openId);
    }

    @Test
    void clientsAreMadeShownListedAndRemoved() {
        ClientResource clients = new ClientResource(issuer);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Response made = clients.create(new ClientRequest("app " + i, List.of("user", "user"), null), uri());
            assertThat(made.getStatus()).isEqualTo(201);
            assertThat(made.getHeaderString("Cache-Control")).isEqualTo("no-store");
            ClientResource.CreatedClient created = (ClientResource.CreatedClient) made.getEntity();
            assertThat(made.getLocation()).hasToString("https://localhost:8443/api/v1/clients/" + created.clientId());
            ids.add(created.clientId());
        }
        ClientResource.ClientView one = clients.get(ids.get(0));
        assertThat(one.name()).isEqualTo("app 0");
        assertThat(one.roles()).containsExactly("user");
        assertThat(one.createdAt()).isEqualTo(IssuerFixture.NOW);

        List<String> listed = new ArrayList<>();
        String cursor = null;
        do {
            Page<ClientResource.ClientView> page = clients.list("2", cursor);
            assertThat(page.items()).hasSizeBetween(1, 2);
            page.items().forEach(item -> listed.add(item.clientId()));
            cursor = page.next();
        } while (cursor != null);
        ids.add("plinth-admin");
        // Ordered by id. Ids of one millisecond are not always in the order in which they were made.
        assertThat(listed).containsExactlyElementsOf(ids.stream().sorted().toList());

        assertThat(clients.delete(ids.get(0)).getStatus()).isEqualTo(204);
        for (String gone : List.of(ids.get(0), "' or 1=1", "x".repeat(100))) {
            assertThatThrownBy(() -> clients.delete(gone))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            problem -> assertThat(problem.type().status()).isEqualTo(404));
            assertThatThrownBy(() -> clients.get(gone)).isInstanceOf(ProblemException.class);
        }
    }

    @Test
    void aBadClientIsRefusedByField() {
        invalid("name", new ClientRequest(null, List.of("user"), null));
        invalid("name", new ClientRequest("", List.of("user"), null));
        invalid("name", new ClientRequest("  ", List.of("user"), null));
        invalid("name", new ClientRequest("x".repeat(101), List.of("user"), null));
        invalid("name", new ClientRequest("a\nb", List.of("user"), null));
        invalid("name", new ClientRequest("\ud800", List.of("user"), null));
        invalid("roles", new ClientRequest("a", null, null));
        invalid("roles", new ClientRequest("a", List.of(), null));
        invalid("roles[1]", new ClientRequest("a", List.of("user", "king"), null));
        invalid("roles[0]", new ClientRequest("a", List.of("ADMIN"), null));
        invalid("roles[1]", new ClientRequest("a", Arrays.asList("user", null), null));
        invalid("body", null);
        assertThat(new ClientRequest("\ud83d\ude00".repeat(100), List.of("user"), null).checkedName())
                .hasSize(200);
    }

    private void invalid(String field, ClientRequest request) {
        assertThatThrownBy(() -> new ClientResource(issuer).create(request, uri()))
                .isInstanceOfSatisfying(ProblemException.class, problem -> {
                    assertThat(problem.type().status()).isEqualTo(400);
                    assertThat(problem.errors()).singleElement().satisfies(error -> assertThat(error.field())
                            .isEqualTo(field));
                });
    }

    private void refused(int status, String error, String authorization, String body) throws Exception {
        Response answer = post(authorization, body);
        assertThat(answer.getStatus()).as(authorization + " " + body).isIn(status, 429);
        if (answer.getStatus() == 429) {
            assertThat(answer.getHeaderString("Retry-After")).matches("[1-9][0-9]?");
            return;
        }
        assertThat(((OAuthResource.TokenError) answer.getEntity()).error()).isEqualTo(error);
        assertThat(answer.getHeaderString("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.getHeaderString("WWW-Authenticate") != null).isEqualTo(status == 401);
    }

    private static UriInfo uri() {
        return (UriInfo) java.lang.reflect.Proxy.newProxyInstance(
                UriInfo.class.getClassLoader(), new Class<?>[] {UriInfo.class}, (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("getAbsolutePathBuilder");
                    return UriBuilder.fromUri(URI.create("https://localhost:8443/api/v1/clients"));
                });
    }
}
