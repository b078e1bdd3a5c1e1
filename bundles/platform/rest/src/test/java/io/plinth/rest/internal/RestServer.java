package io.plinth.rest.internal;

import io.plinth.gateway.Gate;
import io.plinth.rest.RestExtensions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.Principal;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import javax.servlet.DispatcherType;
import javax.servlet.FilterChain;
import javax.servlet.ServletException;
import javax.servlet.http.HttpFilter;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletRequestWrapper;
import javax.servlet.http.HttpServletResponse;
import javax.ws.rs.core.Application;
import org.apache.cxf.jaxrs.servlet.CXFNonSpringJaxrsServlet;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.servlet.FilterHolder;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;

/** The versions of CXF and Jetty that the server runs on, with the providers, and a gate that believes a header. */
final class RestServer {
    static final String ROLES = "X-Test-Roles";

    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);
    private final HttpClient client = HttpClient.newHttpClient();
    final BlockingQueue<String> templates = new LinkedBlockingQueue<>();

    RestServer(RestExtensions extensions, Object... resources) throws Exception {
        Set<Object> singletons = new LinkedHashSet<>(extensions.create());
        singletons.addAll(List.of(resources));
        Application application = new Application() {
            @Override
            public Set<Object> getSingletons() {
                return singletons;
            }
        };
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        context.addFilter(new FilterHolder(new FakeGate(templates)), "/*", EnumSet.of(DispatcherType.REQUEST));
        context.addServlet(new ServletHolder(new CXFNonSpringJaxrsServlet(application)), "/*");
        server.setHandler(context);
        server.start();
    }

    int port() {
        return connector.getLocalPort();
    }

    HttpResponse<byte[]> send(String method, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    void close() throws Exception {
        server.stop();
    }

    @SuppressWarnings("serial")
    private static final class FakeGate extends HttpFilter {
        private static final long serialVersionUID = 1L;
        private final transient BlockingQueue<String> templates;

        FakeGate(BlockingQueue<String> templates) {
            this.templates = templates;
        }

        @Override
        protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            request.setAttribute(Gate.REQUEST_ID, "req-1");
            request.setAttribute(Gate.CUT_OFF, (Runnable) () -> cutOff(response));
            String roles = request.getHeader(ROLES);
            chain.doFilter(
                    new HttpServletRequestWrapper(request) {
                        @Override
                        public Principal getUserPrincipal() {
                            return roles == null ? null : () -> "somebody";
                        }

                        @Override
                        public boolean isUserInRole(String role) {
                            return roles != null && List.of(roles.split(",")).contains(role);
                        }
                    },
                    response);
            Object template = request.getAttribute(Gate.URI_TEMPLATE);
            templates.add(template == null ? "none" : template.toString());
        }

        private static void cutOff(HttpServletResponse response) {
            try {
                response.sendError(-1);
            } catch (IOException impossible) {
                throw new AssertionError(impossible);
            }
        }
    }
}
