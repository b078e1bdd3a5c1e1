package io.plinth.hotdeploy.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.plinth.gateway.Gate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class VersionProbeTest {
    private static final String BASE = "/slots/users/1.0.0";

    private final List<String> tokens = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private volatile int answersUntilReady;
    private volatile int statusBefore = 404;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 16);
        server.createContext(BASE + "/_ready", exchange -> {
            tokens.add(String.valueOf(exchange.getRequestHeaders().getFirst(Gate.PROBE_HEADER)));
            exchange.sendResponseHeaders(tokens.size() > answersUntilReady ? 204 : statusBefore, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private VersionProbe probe(long timeoutMillis) {
        return new VersionProbe(server.getAddress().getPort(), new SlotVersionTest.FakeGate(), timeoutMillis);
    }

    @Test
    void aVersionThatAnswersIsReady() throws Exception {
        assertThat(probe(30_000).await(BASE)).isEmpty();
        assertThat(tokens).containsExactly("probe-token");
    }

    @Test
    void itAsksUntilTheVersionAnswers() throws Exception {
        answersUntilReady = 4;
        assertThat(probe(30_000).await(BASE)).isEmpty();
        assertThat(tokens).hasSize(5).containsOnly("probe-token");
    }

    @Test
    void aVersionThatOnlyFailsIsGivenUpSayingWhatWasSeen() throws Exception {
        answersUntilReady = Integer.MAX_VALUE;
        statusBefore = 500;
        assertThat(probe(200).await(BASE)).isEqualTo("did not answer its probe within 200 ms; last seen: answered 500");
        assertThat(tokens).hasSizeGreaterThan(1);
    }

    @Test
    void a200IsNotTheAnswerOfTheProbe() throws Exception {
        answersUntilReady = Integer.MAX_VALUE;
        statusBefore = 200;
        assertThat(probe(200).await(BASE)).endsWith("answered 200");
    }

    @Test
    void aPortThatDoesNotAnswerIsSaid() throws Exception {
        VersionProbe probe = probe(200);
        server.stop(0);
        assertThat(probe.await(BASE)).contains("within 200 ms; last seen: ").doesNotEndWith(": ");
    }

    @Test
    void anInterruptEndsTheWait() {
        answersUntilReady = Integer.MAX_VALUE;
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> probe(30_000).await(BASE)).isInstanceOf(InterruptedException.class);
    }
}
