package io.plinth.jetty.internal;

import io.plinth.gateway.Gate;
import io.plinth.gateway.RequestRouter;
import io.plinth.health.StartupFailure;
import io.plinth.security.ServerIdentity;
import java.io.IOException;
import java.net.BindException;
import java.security.GeneralSecurityException;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.eclipse.jetty.alpn.java.server.JDK9ServerALPNProcessor;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http2.HTTP2Cipher;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.AbstractHandler;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the two connectors: TLS with HTTP/2 on all interfaces, plain HTTP on loopback. Pax Web opens none of its own
 * ({@code org.ops4j.pax.web.cfg}); it takes this handler in before its server starts, and with it the connectors. The
 * handler itself refuses TRACE and is where requests wait; the customizer routes them.
 */
@Component(
        service = Handler.class,
        configurationPid = "io.plinth.jetty",
        // Above zero: asked before the applications, not after them.
        property = "service.ranking:Integer=1")
@Designate(ocd = JettyConfig.class)
public final class Entrance extends AbstractHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Entrance.class);
    private static final String LOOPBACK = "127.0.0.1";
    private static final int CONNECTIONS_PREFACE_STREAMS_MAX = 128;

    private final ProblemErrors errors = new ProblemErrors();
    private final SlotCustomizer customizer;
    private final WaitingRoom waitingRoom;
    private final ServerIdentity identity;
    private final JettyConfig config;
    private final int httpsPort;
    private final int httpPort;
    private final Consumer<String> startupFailure;

    @Activate
    public Entrance(
            @Reference RequestRouter router,
            @Reference Gate gate,
            @Reference ServerIdentity identity,
            @Reference(target = StartupFailure.FILTER) Consumer<String> startupFailure,
            BundleContext context,
            JettyConfig config) {
        this.customizer = new SlotCustomizer(router, gate);
        this.waitingRoom = new WaitingRoom(router);
        this.identity = identity;
        this.config = config;
        this.httpsPort = port(context, "plinth.https.port", 8443);
        this.httpPort = port(context, "plinth.http.port", 8181);
        this.startupFailure = startupFailure;
    }

    private static int port(BundleContext context, String name, int otherwise) {
        String port = context.getProperty(name);
        return port == null ? otherwise : Integer.parseInt(port);
    }

    /** Refuses TRACE, which the HTTP service would answer without a word, and holds what waits for its slot. */
    @Override
    public void handle(String target, Request base, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (request.getAttribute(SlotCustomizer.PROBE) != null) {
            StableFilterLists.mend(getServer());
        }
        if (HttpMethod.TRACE.is(request.getMethod())) {
            response.setStatus(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
            response.setHeader("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
            errors.handle(target, base, request, response);
            return;
        }
        waitingRoom.take(base);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        Server server = getServer();
        // The server starts a handler that it is given while it starts, and a started one takes no server any more.
        errors.setServer(server);
        server.setErrorHandler(errors);
        open(server, plainConnector(server), "PLINTH_HTTP_PORT");
        open(server, secureConnector(server), "PLINTH_HTTPS_PORT");
    }

    private void open(Server server, ServerConnector connector, String variable) throws IOException {
        try {
            // Bound now, so that a taken port is one clear line; it accepts once the server has started.
            connector.open();
        } catch (IOException failed) {
            String cause = failed.getCause() instanceof BindException || failed instanceof BindException
                    ? "is taken or may not be used"
                    : "cannot be opened: " + failed.getMessage();
            startupFailure.accept("Port " + connector.getPort() + " on " + connector.getHost() + " " + cause
                    + ". Stop what uses it, or set " + variable + ".");
            throw failed;
        }
        server.addConnector(connector);
        LOG.info("Listening on {}:{} {}", connector.getHost(), connector.getLocalPort(), connector.getProtocols());
    }

    private HttpConfiguration http(boolean secure) {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setRequestHeaderSize(config.headerBytesMax());
        http.setIdleTimeout(config.idleTimeoutMillis());
        if (secure) {
            http.setSecureScheme("https");
            http.setSecurePort(httpsPort);
            http.addCustomizer(new SecureRequestCustomizer(false));
        }
        http.addCustomizer(customizer);
        return http;
    }

    private ServerConnector plainConnector(Server server) {
        ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http(false)));
        connector.setHost(LOOPBACK);
        connector.setPort(httpPort);
        return finish(connector);
    }

    private ServerConnector secureConnector(Server server) throws GeneralSecurityException {
        HttpConfiguration http = http(true);
        SslContextFactory.Server tls = new SslContextFactory.Server();
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {identity.keyManager()}, null, null);
        tls.setSslContext(context);
        tls.setIncludeProtocols("TLSv1.2", "TLSv1.3");
        tls.setExcludeCipherSuites(".*_CBC_.*", "^TLS_RSA_.*", "^SSL_.*", ".*NULL.*", ".*anon.*");
        tls.setCipherComparator(HTTP2Cipher.COMPARATOR);
        tls.setRenegotiationAllowed(false);

        HTTP2ServerConnectionFactory h2 = new HTTP2ServerConnectionFactory(http);
        h2.setMaxConcurrentStreams(CONNECTIONS_PREFACE_STREAMS_MAX);
        HttpConnectionFactory h1 = new HttpConnectionFactory(http);
        ALPNServerConnectionFactory alpn = alpn();
        ConnectionFactory ssl = new SslConnectionFactory(tls, alpn.getProtocol());
        ServerConnector connector = new ServerConnector(server, ssl, alpn, h2, h1);
        connector.setHost(config.httpsAddress());
        connector.setPort(httpsPort);
        return finish(connector);
    }

    /** ALPN finds the JDK's implementation by the context class loader, which must be that of its bundle. */
    private static ALPNServerConnectionFactory alpn() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(JDK9ServerALPNProcessor.class.getClassLoader());
        try {
            ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory("h2", "http/1.1");
            alpn.setDefaultProtocol("http/1.1");
            return alpn;
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private ServerConnector finish(ServerConnector connector) {
        connector.setIdleTimeout(config.idleTimeoutMillis());
        connector.setAcceptQueueSize(config.acceptQueueSize());
        // Before the first connection, so that every channel reports its completion.
        connector.addBean(customizer);
        return connector;
    }
}
