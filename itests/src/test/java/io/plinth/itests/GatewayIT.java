package io.plinth.itests;

import static io.plinth.itests.harness.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.itests.harness.Call;
import io.plinth.itests.harness.Http;
import io.plinth.itests.harness.OnSharedServer;
import io.plinth.itests.harness.PlinthServer;
import io.plinth.itests.harness.RawHttp;
import io.plinth.itests.harness.Reply;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every request, whatever serves it: problems, ids, headers, limits, compression, HTTP/2. */
@OnSharedServer
class GatewayIT {
    private static final int MEGABYTE = 1_048_576;

    private final PlinthServer server;
    private final Http http;

    GatewayIT(PlinthServer server, Http http) {
        this.server = server;
        this.http = http;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nope",
                "/nope/deeper?with=query",
                "/api",
                "/api/v1",
                "/api/v1/nope",
                "/api/v1/examples",
                "/favicon.ico",
                "/slots/",
                "/slots/example/0.1.0/api/v1/example",
                "/slots/users/0.1.0/api/v1/users",
                "/oauth2/nope",
                "/.well-known/nope",
                "/health/nope"
            })
    void whatIsNowhereIsAProblemToo(String path) {
        assertProblem(http.get(path).send(), 404, "not-found");
        assertProblem(http.callPlain("GET", path).send(), 404, "not-found");
        assertThat(http.call("HEAD", path).send().status()).isEqualTo(404);
    }

    @Test
    void theRootLeadsToTheExplorer() {
        Reply reply = http.get("/").send();
        assertThat(reply.status()).isEqualTo(303);
        assertThat(reply.needHeader("Location")).endsWith("/docs/");
    }

    @Test
    void anEncodedPathIsTheSamePath() {
        assertThat(http.get("/api/v1/ex%61mple").send().status()).isEqualTo(200);
        assertProblem(http.get("/api/v1/%75sers").send(), 401, "unauthorized");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/nothing/../users",
                "/api/v1/example/..%2fusers",
                "/api/v1//users",
                "//api/v1/users",
                "/api/v1/example/%2e%2e/users",
                "/api/v1/users%00",
                "/api/v1/users;role=admin",
                "/api/v1/example;x/../users",
                "/slots/../api/v1/users",
                "/./api/v1/users"
            })
    void noSpellingOfAPathGoesPastTheGate(String path) {
        // Sent as it stands: a client library would tidy it up.
        String answer = RawHttp.exchange(
                server.ports().http(), "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertThat(RawHttp.status(answer)).as(answer).isIn(400, 401, 404);
        assertThat(answer).contains("application/problem+json").contains("\"type\":\"/problems/");
    }

    @Test
    void theProbeTokenCannotBeGuessed() {
        assertProblem(
                http.get("/slots/example/0.1.0/api/v1/example")
                        .header("X-Plinth-Probe", "guess")
                        .send(),
                404,
                "not-found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRACE", "PROPFIND", "NONSENSE", "CONNECT"})
    void unknownMethods(String method) {
        String answer = RawHttp.exchange(
                server.ports().http(),
                method + " /api/v1/example HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertThat(RawHttp.status(answer)).as(answer).isIn(400, 405, 501);
        assertThat(answer).contains("application/problem+json").doesNotContain("message\":\"hello");
    }

    @Test
    void tooLargeHeaders() {
        Reply reply = http.get("/api/v1/example")
                .header("X-Large", "h".repeat(70_000))
                .send();
        assertProblem(reply, 431, "headers-too-large");
        String answer = RawHttp.exchange(
                server.ports().http(),
                "GET /api/v1/example HTTP/1.1\r\nHost: localhost\r\nX-Large: " + "h".repeat(70_000) + "\r\n\r\n");
        assertThat(RawHttp.status(answer)).isEqualTo(431);
        assertThat(answer).contains("/problems/headers-too-large");
    }

    @Test
    void tooLargeBodies() {
        byte[] body = ("{\"message\":\"" + "x".repeat(MEGABYTE) + "\"}").getBytes(StandardCharsets.US_ASCII);
        assertProblem(
                http.post("/api/v1/example")
                        .token(http.admin())
                        .body("application/json", body)
                        .send(),
                413,
                "content-too-large");
        assertProblem(
                http.post("/api/v1/example")
                        .token(http.admin())
                        .chunked("application/json", body)
                        .send(),
                413,
                "content-too-large");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GARBAGE\r\n\r\n",
                "GET\r\n\r\n",
                "GET /api/v1/example HTTP/9.9\r\nHost: localhost\r\n\r\n",
                "GET /api/v1/example HTTP/1.1\r\n\r\n",
                "GET /api/v1/example HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
                "GET /api/v1/example HTTP/1.1\r\nHost: localhost\r\nBad Header: x\r\n\r\n",
                "GET /api/v1/%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                "POST /api/v1/example HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
                "POST /api/v1/example HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            })
    void malformedRequestsAreProblems(String request) {
        String answer = RawHttp.exchange(server.ports().http(), request);
        assertThat(RawHttp.status(answer)).as(answer).isIn(400, 505);
        assertThat(answer).contains("application/problem+json").contains("\"type\":\"/problems/");
        assertThat(answer).containsIgnoringCase("\r\nX-Request-Id: ");
        assertThat(answer).doesNotContain("Exception").doesNotContain("org.eclipse");
    }

    @Test
    void aRequestIdIsTakenOver() {
        String id = "Abc.DEF_1-2";
        for (Call call : new Call[] {
            http.get("/api/v1/example"),
            http.get("/nope"),
            http.get("/api/v1/users"),
            http.get("/health/live"),
            http.get("/openapi.json"),
            http.post("/oauth2/token")
        }) {
            assertThat(call.header("X-Request-Id", id).send().header("X-Request-Id"))
                    .contains(id);
        }
        String longest = "x".repeat(64);
        assertThat(http.get("/api/v1/example")
                        .header("X-Request-Id", longest)
                        .send()
                        .header("X-Request-Id"))
                .contains(longest);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"with space", "semi;colon", "a23456789.123456789.123456789.123456789.123456789.123456789.12345"})
    void anIllFormedRequestIdIsReplaced(String id) {
        String made =
                http.get("/api/v1/example").header("X-Request-Id", id).send().needHeader("X-Request-Id");
        assertThat(made).isNotEqualTo(id).matches("[A-Za-z0-9._-]{1,64}");
        assertThat(http.get("/api/v1/example").send().needHeader("X-Request-Id"))
                .isNotEqualTo(made);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/example",
                "/api/v1/users",
                "/nope",
                "/health/ready",
                "/openapi.json",
                "/docs",
                "/oauth2/jwks"
            })
    void securityHeaders(String path) {
        Reply secure = http.get(path).send();
        assertThat(secure.needHeader("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(secure.needHeader("X-Frame-Options")).isEqualTo("DENY");
        assertThat(secure.needHeader("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(secure.needHeader("Content-Security-Policy"))
                .contains("default-src")
                .contains("frame-ancestors");
        assertThat(secure.needHeader("Strict-Transport-Security")).matches("max-age=[1-9][0-9]{6,}.*");
        assertThat(secure.header("X-Request-Id")).isPresent();
        assertThat(secure.header("Server").orElse("")).doesNotContain("9.4");
        assertThat(secure.header("X-Powered-By")).isEmpty();
        Reply plain = http.callPlain("GET", path).send();
        assertThat(plain.header("Strict-Transport-Security")).isEmpty();
        assertThat(plain.needHeader("X-Content-Type-Options")).isEqualTo("nosniff");
    }

    @Test
    void compressesWhatIsLarge() throws IOException {
        Reply plain =
                http.get("/openapi.json").header("Accept-Encoding", "identity").send();
        assertThat(plain.header("Content-Encoding")).isEmpty();
        Reply packed =
                http.get("/openapi.json").header("Accept-Encoding", "gzip").send();
        assertThat(packed.header("Content-Encoding")).contains("gzip");
        assertThat(packed.needHeader("Vary")).containsIgnoringCase("Accept-Encoding");
        assertThat(packed.bytes().length).isLessThan(plain.bytes().length);
        assertThat(unpack(packed)).isEqualTo(plain.bytes());

        Reply users = http.get("/api/v1/users?limit=200")
                .token(http.admin())
                .header("Accept-Encoding", "gzip")
                .send();
        assertThat(users.status()).isEqualTo(200);
        if (users.header("Content-Encoding").isPresent()) {
            assertThat(new String(unpack(users), StandardCharsets.UTF_8)).startsWith("{\"items\":");
        }
    }

    @Test
    void speaksHttp2() {
        for (int i = 0; i < 20; i++) {
            Reply reply = http.callHttp2("GET", "/api/v1/example").send();
            assertThat(reply.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.text()).isEqualTo("{\"message\":\"hello\"}");
        }
        Reply posted = http.callHttp2("POST", "/api/v1/example")
                .token(http.admin())
                .json(Map.of("message", "over HTTP/2"))
                .send();
        assertThat(posted.status()).isEqualTo(202);
        assertProblem(http.callHttp2("GET", "/nope").send(), 404, "not-found");
        assertThat(http.get("/api/v1/example").send().version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    }

    @Test
    void aTokenSentTwiceIsRefused() {
        String answer = RawHttp.exchange(
                server.ports().http(),
                "GET /api/v1/users HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + "Authorization: Bearer "
                        + http.admin() + "\r\nAuthorization: Bearer x\r\n\r\n");
        assertThat(RawHttp.status(answer)).as(answer).isIn(400, 401);
    }

    @Test
    void optionsTellsTheMethodsAndNoForeignOriginMayRead() {
        Reply reply = http.call("OPTIONS", "/api/v1/example")
                .header("Origin", "https://elsewhere.example")
                .send();
        assertThat(reply.status()).isIn(200, 204, 405);
        assertThat(reply.needHeader("Allow")).contains("GET");
        assertThat(reply.header("Access-Control-Allow-Origin")).isEmpty();
    }

    private static byte[] unpack(Reply packed) throws IOException {
        assertThat(List.of(packed.bytes()[0], packed.bytes()[1])).isEqualTo(List.of((byte) 0x1f, (byte) 0x8b));
        return new GZIPInputStream(new ByteArrayInputStream(packed.bytes())).readAllBytes();
    }
}
