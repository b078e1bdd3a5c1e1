package io.plinth.jetty.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class EntranceTest {
    @ParameterizedTest
    @CsvSource({
        "plinth.http.port,plinth.https.port,PLINTH_HTTP_PORT",
        "plinth.https.port,plinth.http.port,PLINTH_HTTPS_PORT"
    })
    void aTakenPortIsOneLineThatNamesTheVariable(String taken, String free, String variable) throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                TestServer server = new TestServer(Map.of(taken, Integer.toString(other.getLocalPort()), free, "0"))) {
            assertThatThrownBy(server::start).isInstanceOf(Exception.class);
            assertThat(server.failures)
                    .singleElement()
                    .asString()
                    .contains("Port " + other.getLocalPort())
                    .contains("is taken")
                    .contains(variable)
                    .doesNotContain("\n");
        }
    }

    @Test
    void openPortsAreNoFailure() throws Exception {
        try (TestServer server = TestServer.started()) {
            assertThat(server.failures).isEmpty();
            assertThat(server.get("/elsewhere")).startsWith("HTTP/1.1 200 ");
        }
    }

    private static void assertProblem(String answer, int status, String name) {
        assertThat(answer)
                .startsWith("HTTP/1.1 " + status + " ")
                .containsIgnoringCase("\r\nContent-Type: application/problem+json")
                .containsPattern("\r\nX-Request-Id: [A-Za-z0-9._-]{1,64}\r\n")
                .contains("\r\nCache-Control: no-store\r\n")
                .contains("\r\nX-Content-Type-Options: nosniff\r\n")
                .contains("{\"type\":\"/problems/" + name + "\",")
                .contains("\"status\":" + status + ",")
                .doesNotContain("Exception")
                .doesNotContain("Jetty");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: a\r\nBad Header: x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n",
                "GET\r\n\r\n",
                "\u0016\u0003\u0001\u0000\u0000\r\n\r\n"
            })
    void aMalformedRequestIsAProblem(String request) throws Exception {
        try (TestServer server = TestServer.started()) {
            assertProblem(server.send(request), 400, "invalid-request");
        }
    }

    @Test
    void tooLongAndTooNewAreProblemsOfTheirOwn() throws Exception {
        try (TestServer server = TestServer.started()) {
            assertProblem(server.get("/", "X-Long: " + "x".repeat(4_096)), 431, "headers-too-large");
            assertProblem(server.send("GET / HTTP/9.9\r\nHost: a\r\n\r\n"), 505, "http-version-not-supported");
            assertProblem(server.get("/" + "x".repeat(4_096)), 414, "uri-too-long");
        }
    }

    @Test
    void whatNothingHandlesIsAProblem() throws Exception {
        try (TestServer server = TestServer.started()) {
            assertProblem(server.get("/unhandled"), 404, "not-found");
        }
    }

    @Test
    void aFailureShowsNothingOfTheInside() throws Exception {
        try (TestServer server = TestServer.started()) {
            server.application = (target, request, response) -> {
                response.setHeader("X-Request-Id", "of-the-gate");
                throw new IllegalStateException("secret");
            };
            String answer = server.get("/users");
            assertProblem(answer, 500, "internal-error");
            assertThat(answer).doesNotContain("secret").contains("X-Request-Id: of-the-gate\r\n");
        }
    }

    @Test
    void aGoodRequestIdIsTakenOver() throws Exception {
        try (TestServer server = TestServer.started()) {
            assertThat(server.get("/unhandled", "X-Request-Id: mine.1")).contains("X-Request-Id: mine.1\r\n");
            assertThat(server.get("/unhandled", "X-Request-Id: <b>")).doesNotContain("<b>");
        }
    }

    @Test
    void headGetsNoBody() throws Exception {
        try (TestServer server = TestServer.started()) {
            assertThat(server.send("HEAD /unhandled HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 404 ")
                    .endsWith("\r\n\r\n");
        }
    }
}
