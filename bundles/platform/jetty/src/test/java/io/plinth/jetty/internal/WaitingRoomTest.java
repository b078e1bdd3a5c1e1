package io.plinth.jetty.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.jetty.internal.TestServer.Place;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.servlet.DispatcherType;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WaitingRoomTest {
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        server = TestServer.started();
        server.serving = false;
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

    private CompletableFuture<String> send(String request) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return server.send(request);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        });
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    }

    private static <T> T await(CompletableFuture<T> answer) throws Exception {
        return answer.get(20, TimeUnit.SECONDS);
    }

    private static void echo(String target, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        byte[] body = request.getInputStream().readAllBytes();
        response.getOutputStream().print(target + " " + request.getDispatcherType() + " " + body.length);
    }

    @Test
    void aRequestWaitsForItsVersionAndGoesThereAsIfItHadJustCome() throws Exception {
        CompletableFuture<String> answer = send(get("/%75sers/7%20a?b=%20c"));
        Place place = server.place();
        assertThat(place.path()).isEqualTo("/users/7 a");
        assertThat(answer).isNotDone();
        server.serving = true;
        place.resume().run();
        assertThat(await(answer))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("\r\n\r\n" + TestServer.BASE + "/users/7 a " + TestServer.BASE
                        + "/users/7%20a b=%20c /users/7%20a false");
        assertThat(server.completion().path()).isEqualTo("/users/7%20a");
        assertThat(server.leases).hasSize(1);
        assertThat(server.completions).as("it is in the access log once").isEmpty();
    }

    @Test
    void theWaitIsNoTimeOfTheVersion() throws Exception {
        CompletableFuture<String> answer = send(get("/users"));
        Place place = server.place();
        long waitedNanos = TimeUnit.MILLISECONDS.toNanos(50);
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < waitedNanos) {
            Thread.onSpinWait();
        }
        server.serving = true;
        place.resume().run();
        await(answer);
        long total = server.completion().durationNanos();
        assertThat(server.leases.get(0).durationNanos).isPositive().isLessThanOrEqualTo(total - waitedNanos);
    }

    @Test
    void whatIsResumedWithoutVersionIsAnsweredByWhoAnswersTheRest() throws Exception {
        server.application = (target, request, response) -> response.setStatus(503);
        CompletableFuture<String> answer = send(get("/users"));
        server.place().resume().run();
        assertThat(await(answer)).startsWith("HTTP/1.1 503 ");
        assertThat(server.completion().slot()).isEmpty();
        assertThat(server.waiting).as("it does not wait twice").isEmpty();
    }

    @Test
    void aVersionThatComesJustThenIsNotMissed() throws Exception {
        server.resumesAtOnce = true;
        assertThat(await(send(get("/users")))).startsWith("HTTP/1.1 200 ").contains(TestServer.BASE);
        assertThat(server.completion().slot()).isEqualTo("users");
    }

    @Test
    void whoFindsNoPlaceIsAnsweredAtOnce() throws Exception {
        server.full = true;
        assertThat(await(send(get("/users")))).startsWith("HTTP/1.1 200 ").contains("\r\n\r\n/users /users ");
    }

    @Test
    void whatBelongsToNoSlotIsAnsweredAtOnce() throws Exception {
        assertThat(await(send(get("/usersandmore")))).startsWith("HTTP/1.1 200 ");
        assertThat(server.waiting).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/users/../x", "/users//7", "/slots/users/1.0.0/users", "/health", "/health/ready"})
    void whatIsNotWorthWaitingForIsAnsweredAtOnce(String path) throws Exception {
        server.booting = true;
        assertThat(await(send(get(path)))).startsWith("HTTP/1.1 ");
        assertThat(server.waiting).isEmpty();
    }

    @Test
    void aProbeDoesNotWait() throws Exception {
        server.booting = true;
        assertThat(server.get("/slots/users/1.0.0/_ready", "X-Plinth-Probe: " + TestServer.PROBE))
                .startsWith("HTTP/1.1 200 ");
        assertThat(server.waiting).isEmpty();
    }

    @Test
    void aBodyThatIsStillComingIsReadByTheVersion() throws Exception {
        server.application = WaitingRoomTest::echo;
        try (Socket socket = server.connect()) {
            OutputStream out = socket.getOutputStream();
            out.write("POST /users HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 100000\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(new byte[10_000]);
            out.flush();
            Place place = server.place();
            server.serving = true;
            place.resume().run();
            out.write(new byte[90_000]);
            out.flush();
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("\r\n\r\n" + TestServer.BASE + "/users " + DispatcherType.ASYNC + " 100000");
        }
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void bodiesOfKnownAndUnknownLengthWait(HttpClient.Version version) throws Exception {
        server.application = WaitingRoomTest::echo;
        HttpClient client = client(version);
        byte[] body = new byte[300_000];
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (BodyPublisher publisher : List.of(
                BodyPublishers.ofByteArray(body),
                BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(body)),
                BodyPublishers.ofByteArray(new byte[300_000]))) {
            answers.add(client.sendAsync(
                    HttpRequest.newBuilder(server.secure("/users"))
                            .POST(publisher)
                            .build(),
                    BodyHandlers.ofString()));
        }
        List<Place> places = List.of(server.place(), server.place(), server.place());
        server.serving = true;
        places.forEach(place -> place.resume().run());
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            assertThat(await(answer).version()).isEqualTo(version);
            assertThat(await(answer).body()).isEqualTo(TestServer.BASE + "/users ASYNC 300000");
        }
        assertThat(server.leases).hasSize(3);
    }

    @Test
    void anApplicationMaySuspendItAgain() throws Exception {
        server.application = (target, request, response) -> {
            if (request.getAttribute("again") == null) {
                request.setAttribute("again", true);
                request.startAsync().dispatch();
            } else {
                TestServer.show(target, request, response);
            }
        };
        CompletableFuture<String> answer = send(get("/users/7"));
        Place place = server.place();
        server.serving = true;
        place.resume().run();
        assertThat(await(answer)).contains("\r\n\r\n" + TestServer.BASE + "/users/7 ");
        assertThat(server.leases).hasSize(1);
    }

    @Test
    void noThreadWaitsWithThem() throws Exception {
        HttpClient client = client(HttpClient.Version.HTTP_2);
        int busy = server.busyThreads();
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        List<Place> places = new ArrayList<>();
        // As many as one connection may carry at a time, and more than the pool has threads to give.
        for (int i = 0; i < 100; i++) {
            answers.add(client.sendAsync(
                    HttpRequest.newBuilder(server.secure("/users/" + i)).build(), BodyHandlers.ofString()));
            places.add(server.place());
        }
        assertThat(server.busyThreads()).isLessThan(busy + 10);
        server.serving = true;
        places.forEach(place -> place.resume().run());
        for (int i = 0; i < 100; i++) {
            assertThat(await(answers.get(i)).body()).startsWith(TestServer.BASE + "/users/" + i + " ");
        }
    }

    @Test
    void aClientThatResetsItsStreamGivesItsPlaceFree() throws Exception {
        HttpClient client = client(HttpClient.Version.HTTP_2);
        CompletableFuture<HttpResponse<String>> answer =
                client.sendAsync(HttpRequest.newBuilder(server.secure("/users")).build(), BodyHandlers.ofString());
        Place place = server.place();
        assertThat(answer.cancel(true)).isTrue();
        assertThat(server.completion().slot()).isEmpty();
        assertThat(place.cancelled()).isTrue();
        server.serving = true;
        place.resume().run();
        assertThat(server.leases).isEmpty();
    }

    @Test
    void aClientOfHttp1ThatHungUpDoesNoHarmWhenItIsResumed() throws Exception {
        Place place;
        try (Socket socket = server.connect()) {
            socket.getOutputStream().write(get("/users").getBytes(StandardCharsets.US_ASCII));
            place = server.place();
            // Resets the connection instead of ending it.
            socket.setSoLinger(true, 0);
        }
        server.serving = true;
        place.resume().run();
        assertThat(server.completion().slot()).isEqualTo("users");
    }
}
