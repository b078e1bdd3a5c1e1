package io.plinth.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReadinessTest {
    private static final String DOWN = "{\"status\":\"DOWN\",\"checks\":["
            + "{\"name\":\"database\",\"status\":\"DOWN\",\"reason\":\"no answer\"},"
            + "{\"name\":\"gateway\",\"status\":\"UP\"},"
            + "{\"name\":\"broker\", \"status\" : \"DOWN\"}]}";

    private HttpServer server;
    private volatile int status = 503;
    private volatile String body = DOWN;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        server.createContext("/health/ready", exchange -> {
            byte[] bytes = body.getBytes(UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private Readiness readiness() {
        return new Readiness(server.getAddress().getPort());
    }

    @Test
    void isReadyOn200Alone() {
        Readiness readiness = readiness();
        assertThat(readiness.isReady()).isFalse();
        status = 204;
        body = "";
        assertThat(readiness.isReady()).isFalse();
        status = 200;
        body = "{\"status\":\"UP\",\"checks\":[]}";
        assertThat(readiness.isReady()).isTrue();
    }

    @Test
    void namesTheChecksThatAreDown() {
        Readiness readiness = readiness();
        assertThat(readiness.isReady()).isFalse();
        assertThat(readiness.seen()).isEqualTo("down: database, broker");
    }

    @Test
    void saysTheStatusWhenNothingIsKnownToBeDown() {
        Readiness readiness = readiness();
        status = 404;
        body = "";
        assertThat(readiness.isReady()).isFalse();
        assertThat(readiness.seen()).isEqualTo("/health/ready answers 404");
    }

    @Test
    void saysThatThePortDoesNotAnswer() {
        Readiness readiness = readiness();
        server.stop(0);
        assertThat(readiness.isReady()).isFalse();
        assertThat(readiness.seen()).startsWith("the HTTP port does not answer (");
    }

    @Test
    void readsTheNamesOfThoseThatAreDown() {
        assertThat(Readiness.down(DOWN)).containsExactly("database", "broker");
        assertThat(Readiness.down("{\"status\":\"DOWN\",\"checks\":[]}")).isEmpty();
        assertThat(Readiness.down("")).isEmpty();
    }
}
