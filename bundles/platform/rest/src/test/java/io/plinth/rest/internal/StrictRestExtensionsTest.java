package io.plinth.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.plinth.problem.FieldError;
import io.plinth.problem.ProblemException;
import io.plinth.problem.ProblemType;
import io.plinth.rest.internal.openapi.DocsResource;
import io.plinth.security.Role;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import javax.annotation.security.DenyAll;
import javax.annotation.security.PermitAll;
import javax.annotation.security.RolesAllowed;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.ForbiddenException;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.PATCH;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.SecurityContext;
import javax.ws.rs.core.StreamingOutput;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The providers inside CXF and Jetty, over HTTP. */
class StrictRestExtensionsTest {
    private static RestServer server;

    record Thing(String name, int count) {}

    @Path("/api/v1/things")
    @Produces(MediaType.APPLICATION_JSON)
    @Consumes(MediaType.APPLICATION_JSON)
    public static final class Things {
        @GET
        @PermitAll
        public List<Thing> list() {
            return List.of(new Thing("é", 1));
        }

        @GET
        @Path("big")
        @PermitAll
        public Response big() {
            return Response.ok(new Thing("x".repeat(5000), 1)).tag("7").build();
        }

        @GET
        @Path("stream")
        @PermitAll
        @Produces("application/x-ndjson")
        public StreamingOutput stream() {
            return output -> {
                for (int i = 0; i < 100_000; i++) {
                    output.write("{\"n\":1}\n".getBytes(StandardCharsets.US_ASCII));
                }
            };
        }

        @GET
        @Path("broken/{lines}")
        @PermitAll
        @Produces("application/x-ndjson")
        public StreamingOutput broken(@PathParam("lines") int lines) {
            return output -> {
                for (int i = 0; i < lines; i++) {
                    output.write("{\"n\":1}\n".getBytes(StandardCharsets.US_ASCII));
                }
                throw ProblemException.unavailable("No database.", Duration.ofSeconds(1), null);
            };
        }

        @POST
        @Path("optional")
        @PermitAll
        public Thing optional(Optional<Thing> thing) {
            return thing.orElse(new Thing("left out", 0));
        }

        @GET
        @Path("key")
        @PermitAll
        public Thing key(@HeaderParam("Idempotency-Key") String key) {
            return new Thing(key, 1);
        }

        @POST
        @PermitAll
        public Response create(Thing thing) {
            return Response.status(201).entity(thing).build();
        }

        @GET
        @Path("{id: [0-9]{1,3}}/parts/{part}")
        @RolesAllowed({Role.USER_NAME, Role.SERVICE_NAME})
        public Thing part(@PathParam("id") int id, @PathParam("part") String part, @Context SecurityContext caller) {
            return new Thing(part + caller.getUserPrincipal().getName(), id);
        }

        @PATCH
        @Path("{id}")
        @Consumes("application/merge-patch+json")
        @PermitAll
        public Thing patch(@PathParam("id") String id, Thing thing) {
            return thing;
        }

        @DELETE
        @Path("{id}")
        public void delete(@PathParam("id") String id) {}

        @GET
        @Path("denied")
        @DenyAll
        public void denied() {}

        @GET
        @Path("fail/{how}")
        @PermitAll
        public Object fail(@PathParam("how") String how) {
            switch (how) {
                case "problem" ->
                    throw ProblemException.of(
                            ProblemType.CONFLICT, "a \"quoted\" detail", List.of(new FieldError("name", "taken")));
                case "unavailable" ->
                    throw ProblemException.unavailable(
                            "No database.", Duration.ofMillis(1500), new IllegalStateException("secret"));
                case "forbidden" -> throw new ForbiddenException();
                case "unwritable" -> {
                    return new Object() {
                        @SuppressWarnings("unused")
                        public String getName() {
                            throw new IllegalStateException("secret");
                        }
                    };
                }
                case "bare" -> {
                    return Response.status(422).build();
                }
                case "error" -> throw new StackOverflowError("secret");
                default -> throw new IllegalStateException("secret");
            }
        }

        @Path("sub")
        public Sub sub() {
            return new Sub();
        }
    }

    public static final class Sub {
        @GET
        @PermitAll
        public String get() {
            return "unguarded";
        }
    }

    @BeforeAll
    static void start() throws Exception {
        server = new RestServer(new StrictRestExtensions(Configs.restDefaults()), new Things());
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static JsonNode problem(HttpResponse<byte[]> response, int status, String type) throws Exception {
        String text = new String(response.body(), StandardCharsets.UTF_8);
        assertThat(response.statusCode()).as(text).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
        JsonNode json = new ObjectMapper().readTree(response.body());
        assertThat(json.path("status").asInt()).isEqualTo(status);
        assertThat(json.path("type").asText()).isEqualTo("/problems/" + type);
        assertThat(text).doesNotContain("secret", "io.plinth", "java.", "cxf");
        return json;
    }

    @Test
    void answersWithLengthAndNoStore() throws Exception {
        HttpResponse<byte[]> response = server.send("GET", "/api/v1/things", null);
        assertThat(new String(response.body(), StandardCharsets.UTF_8)).isEqualTo("[{\"name\":\"é\",\"count\":1}]");
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(response.headers().firstValue("Content-Length")).hasValue(Integer.toString(response.body().length));
        assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(response.headers().firstValue("Vary")).hasValue("Accept-Encoding");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    GET   | /api/v1/nothing           |                  |                             | 404 | not-found
                    GET   | /api/v1/things/1/2/3/4    |                  |                             | 404 | not-found
                    GET   | /api/v1/things/fail/bug   |                  |                             | 500 | internal-error
                    GET   | /api/v1/things/fail/error |                  |                             | 500 | internal-error
                    GET   | /api/v1/things/fail/unwritable |             |                             | 500 | internal-error
                    GET   | /api/v1/things/fail/forbidden |              |                             | 403 | forbidden
                    GET   | /api/v1/things/fail/bare  |                  |                             | 422 | status-422
                    GET   | /api/v1/things/sub        |                  |                             | 500 | internal-error
                    PUT   | /api/v1/things            | application/json | {}                          | 405 | method-not-allowed
                    TRACY | /api/v1/things            |                  |                             | 405 | method-not-allowed
                    POST  | /api/v1/things            | text/plain       | x                           | 415 | unsupported-media-type
                    POST  | /api/v1/things            | nonsense         | {}                          | 415 | unsupported-media-type
                    POST  | /api/v1/things            | application/     | {}                          | 415 | unsupported-media-type
                    POST  | /api/v1/things            | a/b/c;;=         | {}                          | 415 | unsupported-media-type
                    POST  | /api/v1/things            | application/json;charset=latin1 | {}           | 415 | unsupported-media-type
                    POST  | /api/v1/things            |                  | {}                          | 415 | unsupported-media-type
                    POST  | /api/v1/things            | application/json |                             | 400 | invalid-request
                    POST  | /api/v1/things            | application/json | {"name":                    | 400 | invalid-request
                    POST  | /api/v1/things            | application/json | {"name":"x","count":"1"}    | 400 | invalid-request
                    PATCH | /api/v1/things/1          | application/json | {}                          | 415 | unsupported-media-type
                    PATCH | /api/v1/things/1          | application/merge-patch+json | {"count":1.0}   | 400 | invalid-request
                    """)
    void mapsErrors(String method, String path, String contentType, String body, int status, String type)
            throws Exception {
        HttpResponse<byte[]> response = contentType == null
                ? server.send(method, path, body)
                : server.send(method, path, body, "Content-Type", contentType);
        JsonNode json = problem(response, status, type);
        if (!path.endsWith("unwritable")) {
            assertThat(json.path("instance").asText()).isEqualTo(path);
        }
    }

    @Test
    void refusesWhatItCannotWrite() throws Exception {
        for (String accept : List.of("text/html", "application/", "/", "image/*")) {
            problem(server.send("GET", "/api/v1/things", null, "Accept", accept), 406, "not-acceptable");
        }
        // RFC 9110, section 12.5.1: a server may disregard the header, as CXF does with one that it cannot read.
        assertThat(server.send("GET", "/api/v1/things", null, "Accept", "nonsense")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void keepsAllow() throws Exception {
        HttpResponse<byte[]> response = server.send("DELETE", "/api/v1/things", null);
        problem(response, 405, "method-not-allowed");
        assertThat(response.headers().firstValue("Allow").orElse("")).contains("GET", "POST");
    }

    @Test
    void answersHeadAndOptions() throws Exception {
        HttpResponse<byte[]> head = server.send("HEAD", "/api/v1/things", null);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        HttpResponse<byte[]> options = server.send("OPTIONS", "/api/v1/things", null);
        assertThat(options.statusCode()).isBetween(200, 204);
        assertThat(options.headers().firstValue("Allow").orElse("")).contains("GET", "POST");
        assertThat(server.send("HEAD", "/api/v1/nothing", null).statusCode()).isEqualTo(404);
        assertThat(server.send("HEAD", "/api/v1/things/1/parts/a", null).statusCode())
                .isEqualTo(401);
    }

    @Test
    void mapsProblems() throws Exception {
        JsonNode conflict = problem(server.send("GET", "/api/v1/things/fail/problem", null), 409, "conflict");
        assertThat(conflict.path("detail").asText()).isEqualTo("a \"quoted\" detail");
        assertThat(conflict.path("errors").toString()).isEqualTo("[{\"field\":\"name\",\"message\":\"taken\"}]");
        HttpResponse<byte[]> away = server.send("GET", "/api/v1/things/fail/unavailable", null);
        problem(away, 503, "unavailable");
        assertThat(away.headers().firstValue("Retry-After")).hasValue("2");
        assertThat(problem(server.send("GET", "/api/v1/things/fail/bug", null), 500, "internal-error")
                        .path("detail")
                        .asText())
                .contains("req-1");
    }

    @Test
    void checksRoles() throws Exception {
        HttpResponse<byte[]> anonymous = server.send("GET", "/api/v1/things/1/parts/a", null);
        problem(anonymous, 401, "unauthorized");
        assertThat(anonymous.headers().firstValue("WWW-Authenticate")).hasValue("Bearer realm=\"plinth\"");
        problem(server.send("GET", "/api/v1/things/1/parts/a", null, RestServer.ROLES, "admin"), 403, "forbidden");
        HttpResponse<byte[]> user = server.send("GET", "/api/v1/things/1/parts/a", null, RestServer.ROLES, "user");
        assertThat(new String(user.body(), StandardCharsets.UTF_8)).isEqualTo("{\"name\":\"asomebody\",\"count\":1}");
        problem(server.send("DELETE", "/api/v1/things/1", null, RestServer.ROLES, "user,service"), 403, "forbidden");
        assertThat(server.send("DELETE", "/api/v1/things/1", null, RestServer.ROLES, "admin")
                        .statusCode())
                .isEqualTo(204);
        problem(server.send("GET", "/api/v1/things/denied", null, RestServer.ROLES, "admin"), 403, "forbidden");
    }

    @Test
    void checksRolesBeforeTheBody() throws Exception {
        problem(
                server.send("DELETE", "/api/v1/things/1", "{", "Content-Type", "application/json"),
                401,
                "unauthorized");
    }

    @Test
    void tellsTheGateTheTemplate() throws Exception {
        RestServer fresh = new RestServer(new StrictRestExtensions(Configs.restDefaults()), new Things());
        try {
            fresh.send("GET", "/api/v1/things/1/parts/a", null);
            assertThat(fresh.templates.take()).isEqualTo("/api/v1/things/{id}/parts/{part}");
            fresh.send("GET", "/api/v1/things/", null);
            assertThat(fresh.templates.take()).isEqualTo("/api/v1/things");
            fresh.send("GET", "/api/v1/nothing", null);
            assertThat(fresh.templates.take()).isEqualTo("none");
        } finally {
            fresh.close();
        }
    }

    @Test
    void compressesWhatIsBig() throws Exception {
        HttpResponse<byte[]> big = server.send("GET", "/api/v1/things/big", null, "Accept-Encoding", "br, gzip;q=0.5");
        assertThat(big.headers().firstValue("Content-Encoding")).hasValue("gzip");
        assertThat(big.headers().firstValue("Vary")).hasValue("Accept-Encoding");
        assertThat(big.headers().firstValue("ETag")).hasValue("\"7\"");
        assertThat(big.body().length).isLessThan(500);
        try (InputStream plain = new GZIPInputStream(new ByteArrayInputStream(big.body()))) {
            assertThat(plain.readAllBytes()).hasSizeGreaterThan(5000);
        }
        assertThat(server.send("GET", "/api/v1/things", null, "Accept-Encoding", "gzip")
                        .headers()
                        .firstValue("Content-Encoding"))
                .isEmpty();
        for (String refusal : List.of("gzip;q=0", "identity", "*;q=0", "gzip;q=0.0, *")) {
            assertThat(server.send("GET", "/api/v1/things/big", null, "Accept-Encoding", refusal)
                            .headers()
                            .firstValue("Content-Encoding"))
                    .as(refusal)
                    .isEmpty();
        }
        HttpResponse<byte[]> stream = server.send("GET", "/api/v1/things/stream", null, "Accept-Encoding", "gzip");
        try (InputStream plain = new GZIPInputStream(new ByteArrayInputStream(stream.body()))) {
            assertThat(plain.readAllBytes()).hasSize(800_000);
        }
    }

    /** An answer that ends early must not look whole: neither as it is, nor compressed, nor when it is short. */
    @ParameterizedTest
    @CsvSource({"1, identity", "1, gzip", "100000, identity", "100000, gzip"})
    void cutsOffWhatFailsAfterItHasBegun(int lines, String encoding) {
        String path = "/api/v1/things/broken/" + lines;
        if (lines == 1 && encoding.equals("gzip")) {
            // Held back for compression, so that it could still be answered.
            assertThatCode(() ->
                            problem(server.send("GET", path, null, "Accept-Encoding", encoding), 503, "unavailable"))
                    .doesNotThrowAnyException();
        } else {
            assertThatIOException().isThrownBy(() -> server.send("GET", path, null, "Accept-Encoding", encoding));
        }
    }

    @Test
    void answersWhatFailsBeforeItHasBegun() throws Exception {
        problem(server.send("GET", "/api/v1/things/broken/0", null), 503, "unavailable");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                                     |                        | 200 | left out
                    application/json |                        | 200 | left out
                    application/json | {"name":"x","count":1} | 200 | x
                                     | {"name":"x","count":1} | 415 | Content-Type
                    text/plain       | {"name":"x","count":1} | 415 | Content-Type
                    text/plain       |                        | 415 | Content-Type
                    application/json | {"nam":"x","count":1}  | 400 | nam
                    application/json | null                   | 200 | left out
                    """)
    void aBodyMayBeLeftOut(String contentType, String body, int status, String expected) throws Exception {
        for (String framing : List.of("Content-Length", "Transfer-Encoding")) {
            StringBuilder request =
                    new StringBuilder("POST /api/v1/things/optional HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
            if (contentType != null) {
                request.append("Content-Type: ").append(contentType).append("\r\n");
            }
            String sent = body == null ? "" : body;
            if (framing.equals("Content-Length")) {
                request.append("Content-Length: ")
                        .append(sent.length())
                        .append("\r\n\r\n")
                        .append(sent);
            } else {
                request.append("Transfer-Encoding: chunked\r\n\r\n");
                if (!sent.isEmpty()) {
                    request.append(Integer.toHexString(sent.length()))
                            .append("\r\n")
                            .append(sent)
                            .append("\r\n");
                }
                request.append("0\r\n\r\n");
            }
            try (Socket socket = new Socket("127.0.0.1", server.port())) {
                socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.US_ASCII));
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(answer).as(framing).startsWith("HTTP/1.1 " + status).contains(expected);
            }
        }
    }

    /** Some headers are lists for JAX-RS; a key is one text whatever is in it. */
    @Test
    void leavesHeadersWhole() throws Exception {
        String key = "a,b; \"c\" \\ ~!";
        HttpResponse<byte[]> response = server.send("GET", "/api/v1/things/key", null, "Idempotency-Key", key);
        assertThat(new ObjectMapper().readTree(response.body()).path("name").asText())
                .isEqualTo(key);
    }

    @Test
    void answersProblemsForBrokenBodies() throws Exception {
        String request = "POST /api/v1/things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n";
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 400");
        }
    }

    @Test
    void servesTheExplorer() throws Exception {
        RestServer docs = new RestServer(new StrictRestExtensions(Configs.restDefaults()), new DocsResource());
        try {
            for (String path : List.of("/docs", "/docs/")) {
                HttpResponse<byte[]> index = docs.send("GET", path, null);
                assertThat(index.statusCode()).isEqualTo(200);
                assertThat(index.headers().firstValue("Content-Type").orElse(""))
                        .startsWith("text/html");
                assertThat(index.headers().firstValue("Content-Security-Policy").orElse(""))
                        .contains("script-src 'self';");
                String page = new String(index.body(), StandardCharsets.UTF_8);
                Matcher link = Pattern.compile("(?:src|href)=\"([^\"]+)\"").matcher(page);
                int links = 0;
                while (link.find()) {
                    links++;
                    HttpResponse<byte[]> file = docs.send("GET", link.group(1), null);
                    assertThat(file.statusCode()).as(link.group(1)).isEqualTo(200);
                    String tag = file.headers().firstValue("ETag").orElseThrow();
                    assertThat(docs.send("GET", link.group(1), null, "If-None-Match", tag)
                                    .statusCode())
                            .isEqualTo(304);
                }
                assertThat(links).isEqualTo(5);
            }
            for (String path : List.of("/docs/nothing.js", "/docs/..%2findex.html", "/docs/%2e%2e/x", "/docs/a/b")) {
                assertThat(docs.send("GET", path, null).statusCode()).as(path).isIn(400, 404);
            }
        } finally {
            docs.close();
        }
    }
}
