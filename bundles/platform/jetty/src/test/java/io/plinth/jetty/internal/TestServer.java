package io.plinth.jetty.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.gateway.Gate;
import io.plinth.gateway.RequestRouter;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.servlet.FilterChain;
import javax.servlet.ServletException;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.AbstractHandler;
import org.eclipse.jetty.server.handler.HandlerList;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.osgi.framework.BundleContext;

/** Jetty with the entrance, in front of one slot, {@code /users}, whose application is given by the test. */
final class TestServer implements AutoCloseable, Gate, RequestRouter {
    static final String BASE = "/slots/users/1.0.0";
    static final String PROBE = "probe-token";

    /** What answers. */
    @FunctionalInterface
    interface Application {
        void handle(String target, HttpServletRequest request, HttpServletResponse response)
                throws IOException, ServletException;
    }

    record FakeConfig(String httpsAddress, long idleTimeoutMillis, int headerBytesMax, int acceptQueueSize)
            implements JettyConfig {
        @Override
        public Class<? extends Annotation> annotationType() {
            return JettyConfig.class;
        }
    }

    static final class CountedLease implements Lease {
        final AtomicInteger closed = new AtomicInteger();
        final String caller;
        volatile int status = -1;
        volatile long durationNanos;

        CountedLease(String caller) {
            this.caller = caller;
        }

        @Override
        public String base() {
            return BASE;
        }

        @Override
        public String slot() {
            return "users";
        }

        @Override
        public String version() {
            return "1.0.0";
        }

        @Override
        public long bodyBytesMax() {
            return 0;
        }

        @Override
        public void onDrain(Runnable end) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void completed(int answered, long nanos) {
            status = answered;
            durationNanos = nanos;
            closed.incrementAndGet();
        }
    }

    /** One that waits. */
    record Place(String path, Runnable resume, AtomicBoolean cancelled) implements Parked {
        @Override
        public void cancel() {
            cancelled.set(true);
        }
    }

    final List<String> failures = new CopyOnWriteArrayList<>();
    final List<CountedLease> leases = new CopyOnWriteArrayList<>();
    final BlockingQueue<Completion> completions = new LinkedBlockingQueue<>();
    final SelfSigned identity = new SelfSigned();
    final BlockingQueue<Place> waiting = new LinkedBlockingQueue<>();
    volatile boolean serving = true;
    volatile boolean full;
    volatile boolean booting;
    volatile boolean resumesAtOnce;
    volatile Application application = TestServer::show;
    private final Server server = new Server();

    TestServer(Map<String, String> properties) throws Exception {
        BundleContext context = (BundleContext) Proxy.newProxyInstance(
                TestServer.class.getClassLoader(),
                new Class<?>[] {BundleContext.class},
                (proxy, called, arguments) -> properties.get(arguments[0]));
        Entrance entrance = new Entrance(
                this, this, identity, failures::add, context, new FakeConfig("127.0.0.1", 10_000, 2_048, 16));
        server.setHandler(new HandlerList(entrance, new AbstractHandler() {
            @Override
            public void handle(String target, Request base, HttpServletRequest request, HttpServletResponse response)
                    throws IOException, ServletException {
                if (!target.equals("/unhandled")) {
                    base.setHandled(true);
                    application.handle(target, request, response);
                }
            }
        }));
    }

    static TestServer started() throws Exception {
        TestServer started = new TestServer(Map.of("plinth.http.port", "0", "plinth.https.port", "0"));
        started.start();
        return started;
    }

    void start() throws Exception {
        server.start();
    }

    /** Answers with what the application saw. */
    static void show(String target, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (request.getAttribute(BAD_PATH) != null) {
            assertThat(target).isEqualTo("/-");
            response.setStatus(400);
        }
        response.getOutputStream()
                .print(target + " " + request.getRequestURI() + " " + request.getQueryString() + " "
                        + request.getAttribute(PUBLIC_PATH) + " " + request.isSecure());
    }

    private int port(int connector) {
        return ((ServerConnector) server.getConnectors()[connector]).getLocalPort();
    }

    int httpPort() {
        return port(0);
    }

    URI secure(String path) {
        return URI.create("https://127.0.0.1:" + port(1) + path);
    }

    Socket connect() throws IOException {
        Socket socket = new Socket("127.0.0.1", httpPort());
        socket.setSoTimeout(10_000);
        return socket;
    }

    /** The whole answer to a request that closes its connection. */
    String send(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    String get(String path, String... headers) throws IOException {
        return send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + String.join("\r\n", headers) + (headers.length == 0 ? "\r\n" : "\r\n\r\n"));
    }

    Completion completion() throws InterruptedException {
        Completion completion = completions.poll(20, TimeUnit.SECONDS);
        assertThat(completion).as("the exchange ends").isNotNull();
        return completion;
    }

    @Override
    public void pass(HttpServletRequest request, HttpServletResponse response, FilterChain chain) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String probeToken() {
        return PROBE;
    }

    @Override
    public void completed(Completion completion) {
        completions.add(completion);
    }

    @Override
    public Lease acquire(String decodedPath, Supplier<String> caller) {
        if (!serving || !isKnown(decodedPath)) {
            return null;
        }
        CountedLease lease = new CountedLease(caller.get());
        leases.add(lease);
        return lease;
    }

    @Override
    public boolean isKnown(String decodedPath) {
        return decodedPath.equals("/users") || decodedPath.startsWith("/users/");
    }

    @Override
    public Parked park(String decodedPath, Runnable resume) {
        if (full || !(booting || isKnown(decodedPath))) {
            return null;
        }
        Place place = new Place(decodedPath, resume, new AtomicBoolean());
        if (resumesAtOnce) {
            serving = true;
            resume.run();
        }
        waiting.add(place);
        return place;
    }

    Place place() throws InterruptedException {
        Place place = waiting.poll(20, TimeUnit.SECONDS);
        assertThat(place).as("a request waits").isNotNull();
        return place;
    }

    @Override
    public void keep(String slot, Set<String> paths) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void forget(String slot) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Target add(Registration registration) {
        throw new UnsupportedOperationException();
    }

    /** Threads that handle requests at this moment, or are about to. */
    int busyThreads() {
        QueuedThreadPool threads = (QueuedThreadPool) server.getThreadPool();
        return threads.getUtilizedThreads();
    }

    @Override
    public void close() throws IOException {
        try {
            server.stop();
        } catch (Exception failed) {
            throw new IOException(failed);
        }
        assertThat(leases).allSatisfy(lease -> assertThat(lease.closed).hasValue(1));
    }
}
