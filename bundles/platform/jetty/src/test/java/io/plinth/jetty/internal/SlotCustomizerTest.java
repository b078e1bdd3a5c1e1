package io.plinth.jetty.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plinth.gateway.Gate.Completion;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.servlet.AsyncContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SlotCustomizerTest {
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        server = TestServer.started();
    }

    /** Also checks that each lease was closed exactly once. */
    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private HttpClient client(HttpClient.Version version) {
        return HttpClient.newBuilder()
                .version(version)
                .sslContext(server.identity.client())
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        "/users,/users,/users,null",
        "/users/7?a=b%20c&d,/users/7,/users/7,a=b%20c&d",
        "/users/7?,/users/7,/users/7,''",
        "/users/a%20b,/users/a b,/users/a%20b,null",
        "/%75sers/%37,/users/7,/users/7,null",
        "/users/a%25b,/users/a%b,/users/a%25b,null",
        "/users/%252e%252e,/users/%2e%2e,/users/%252e%252e,null",
        "/users/7;v=1,/users/7,/users/7,null"
    })
    void aPathOfASlotGoesToItsActiveVersionInOneForm(String sent, String path, String rawPath, String query)
            throws Exception {
        assertThat(server.get(sent))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("\r\n\r\n" + TestServer.BASE + path + " " + TestServer.BASE + rawPath + " " + query + " "
                        + rawPath + " false");
        assertThat(server.leases).hasSize(1);
        assertThat(server.completion().path()).isEqualTo(rawPath);
    }

    @Test
    void otherPathsStayAsTheyAre() throws Exception {
        assertThat(server.get("/usersandmore?x=1")).endsWith("/usersandmore /usersandmore x=1 /usersandmore false");
        assertThat(server.leases).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/users/../users",
                "/users/./7",
                "/users/..",
                "/users/%2e%2e/users",
                "/users/%2E/7",
                "/users/.%2e/x",
                "//users",
                "/users//7",
                "/users/a%2fb",
                "/users/a%2Fb",
                "/users%2f7",
                "/users/a%5cb",
                "/users/a%00b",
                "/users/..;/x",
                "/users/..;a=b/x",
                "/a/../slots/users/1.0.0/users",
                "/users/%2",
                "/users/%zz"
            })
    void aPathThatCanBeReadInTwoWaysIsRefused(String path) throws Exception {
        assertThat(server.get(path)).startsWith("HTTP/1.1 400 ");
        assertThat(server.leases).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/slots/users/1.0.0/users", "/slots/", "/%73lots/users/1.0.0/users", "/slots;x/users/1.0.0/users"
            })
    void theInternalAddressIsNotReachableFromOutside(String path) throws Exception {
        assertThat(server.get(path)).contains("\r\n\r\n/- /- ");
        assertThat(server.get(path, "X-Plinth-Probe: wrong")).contains("\r\n\r\n/- /- ");
        assertThat(server.leases).isEmpty();
    }

    @Test
    void aProbeReachesIt() throws Exception {
        String path = "/slots/users/1.1.0/_ready";
        assertThat(server.get(path, "X-Plinth-Probe: " + TestServer.PROBE)).contains("\r\n\r\n" + path + " " + path);
        server.get("/users");
        assertThat(server.completion().path()).as("probes are not counted").isEqualTo("/users");
    }

    @Test
    void saysWhatBecameOfARequest() throws Exception {
        server.application = (target, request, response) -> {
            response.setStatus(201);
            response.getOutputStream().print("12345");
        };
        server.get("/users/7");
        Completion completion = server.completion();
        assertThat(completion.method()).isEqualTo("GET");
        assertThat(completion.path()).isEqualTo("/users/7");
        assertThat(completion.slot()).isEqualTo("users");
        assertThat(completion.version()).isEqualTo("1.0.0");
        assertThat(completion.status()).isEqualTo(201);
        assertThat(completion.bytes()).isEqualTo(5);
        assertThat(completion.durationNanos()).isPositive();
        assertThat(completion.remoteAddress()).isEqualTo("127.0.0.1");
        assertThat(completion.protocol()).isEqualTo("HTTP/1.1");
        assertThat(completion.clientId()).isEmpty();
    }

    @Test
    void eachRequestOfAConnectionIsCountedOnItsOwn() throws Exception {
        String first = "GET /users/1 HTTP/1.1\r\nHost: localhost\r\n\r\n";
        server.send(first + first + first.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
        for (int i = 0; i < 3; i++) {
            assertThat(server.completion().slot()).isEqualTo("users");
        }
        assertThat(server.leases).hasSize(3);
    }

    @Test
    void aFailingApplicationIsCountedOut() throws Exception {
        server.application = (target, request, response) -> {
            throw new IllegalStateException("test");
        };
        assertThat(server.get("/users")).startsWith("HTTP/1.1 500 ");
        assertThat(server.completion().status()).isEqualTo(500);
        assertThat(server.leases.get(0).status).isEqualTo(500);
        assertThat(server.leases.get(0).durationNanos).isPositive();
    }

    @Test
    void whatFailsAfterItBeganIsBrokenOff() throws Exception {
        server.application = (target, request, response) -> {
            response.flushBuffer();
            throw new IllegalStateException("test");
        };
        assertThat(server.get("/users")).startsWith("HTTP/1.1 200 ");
        assertThat(server.completion().status()).as("what the client saw").isEqualTo(200);
        assertThat(server.leases.get(0).status).isZero();
    }

    @Test
    void aStreamHasNoDuration() throws Exception {
        server.application = (target, request, response) -> {
            response.setContentType("text/event-stream;charset=utf-8");
            response.getOutputStream().print("data: 1\n\n");
        };
        server.get("/users");
        server.completion();
        assertThat(server.leases.get(0).status).isEqualTo(200);
        assertThat(server.leases.get(0).durationNanos).isNegative();
    }

    @Test
    void theCallerIsKnownToTheRouter() throws Exception {
        server.get("/users");
        assertThat(server.leases.get(0).caller).isEqualTo("127.0.0.1");
    }

    @Test
    void aSuspendedRequestIsHeldUntilItsAnswer() throws Exception {
        BlockingQueue<AsyncContext> suspended = new LinkedBlockingQueue<>();
        server.application = (target, request, response) -> suspended.add(request.startAsync());
        CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> {
            try {
                return server.get("/users");
            } catch (IOException failed) {
                throw new java.io.UncheckedIOException(failed);
            }
        });
        AsyncContext context = suspended.poll(20, TimeUnit.SECONDS);
        assertThat(server.leases).hasSize(1);
        assertThat(server.leases.get(0).closed).hasValue(0);
        context.getResponse().getOutputStream().print("later");
        context.complete();
        assertThat(answer.get(20, TimeUnit.SECONDS)).endsWith("later");
        assertThat(server.completion().slot()).isEqualTo("users");
    }

    @Test
    void aResumedRequestKeepsItsVersion() throws Exception {
        server.application = (target, request, response) -> {
            if (request.getAttribute("resumed") == null) {
                request.setAttribute("resumed", true);
                request.startAsync().dispatch();
            } else {
                TestServer.show(target, request, response);
            }
        };
        assertThat(server.get("/users/7"))
                .contains("\r\n\r\n" + TestServer.BASE + "/users/7 " + TestServer.BASE + "/users/7 ");
        assertThat(server.completion().slot()).isEqualTo("users");
        assertThat(server.leases).hasSize(1);
    }

    @Test
    void aClientThatHangsUpIsCountedOut() throws Exception {
        server.application = (target, request, response) -> {
            byte[] chunk = new byte[65_536];
            while (true) {
                response.getOutputStream().write(chunk);
            }
        };
        try (Socket socket = server.connect()) {
            socket.getOutputStream()
                    .write("GET /users HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).isEqualTo('H');
        }
        assertThat(server.completion().slot()).isEqualTo("users");
        assertThat(server.leases.get(0).status).isZero();
    }

    @Test
    void aBodyThatIsCutOffIsCountedOut() throws Exception {
        server.application =
                (target, request, response) -> request.getInputStream().readAllBytes();
        try (Socket socket = server.connect()) {
            socket.getOutputStream()
                    .write("POST /users HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n12345"
                            .getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
        }
        assertThat(server.completion().slot()).isEqualTo("users");
    }

    @Test
    void http2IsRoutedAndCountedLikeTheRest() throws Exception {
        HttpClient client = client(HttpClient.Version.HTTP_2);
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            answers.add(client.sendAsync(
                    HttpRequest.newBuilder(server.secure("/%75sers/" + i + "?q"))
                            .build(),
                    BodyHandlers.ofString()));
        }
        for (int i = 0; i < 50; i++) {
            HttpResponse<String> answer = answers.get(i).get(20, TimeUnit.SECONDS);
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.body())
                    .startsWith(TestServer.BASE + "/users/" + i + " ")
                    .endsWith(" true");
            assertThat(server.completion().protocol()).isEqualTo("HTTP/2.0");
        }
        assertThat(server.leases).hasSize(50);
    }

    @Test
    void aStreamThatTheClientResetsIsCountedOut() throws Exception {
        server.application = (target, request, response) -> {
            byte[] chunk = new byte[65_536];
            while (true) {
                response.getOutputStream().write(chunk);
            }
        };
        HttpResponse<java.io.InputStream> answer = client(HttpClient.Version.HTTP_2)
                .send(HttpRequest.newBuilder(server.secure("/users")).build(), BodyHandlers.ofInputStream());
        assertThat(answer.body().read()).isZero();
        answer.body().close();
        assertThat(server.completion().protocol()).isEqualTo("HTTP/2.0");
        assertThat(server.leases.get(0).status).isZero();
    }

    @Test
    void httpsSpeaksHttp1Too() throws Exception {
        HttpResponse<String> answer = client(HttpClient.Version.HTTP_1_1)
                .send(HttpRequest.newBuilder(server.secure("/users")).build(), BodyHandlers.ofString());
        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        assertThat(answer.body()).startsWith(TestServer.BASE + "/users ").endsWith(" true");
        assertThat(answer.headers().map()).doesNotContainKeys("server", "x-powered-by");
    }

    @Test
    void aClientThatDoesNotTrustTheServerGetsNothing() {
        assertThatThrownBy(() -> HttpClient.newHttpClient()
                        .send(HttpRequest.newBuilder(server.secure("/users")).build(), BodyHandlers.ofString()))
                .isInstanceOf(javax.net.ssl.SSLException.class);
        assertThat(server.leases).isEmpty();
    }
}
