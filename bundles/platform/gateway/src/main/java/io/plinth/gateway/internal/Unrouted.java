package io.plinth.gateway.internal;

import io.plinth.gateway.Gate;
import io.plinth.problem.ProblemException;
import java.io.IOException;
import java.time.Duration;
import javax.servlet.Servlet;
import javax.servlet.ServletException;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Answers what no slot serves: 404, or 503 as long as a capability may still appear. What may wait for one has waited before
 * it comes here.
 */
@Component(
        service = Servlet.class,
        property = {
            "osgi.http.whiteboard.servlet.name=io.plinth.gateway.unrouted",
            "osgi.http.whiteboard.servlet.pattern=/*",
            "osgi.http.whiteboard.servlet.asyncSupported:Boolean=true",
            "service.ranking:Integer=1000"
        })
public final class Unrouted extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final String START_PAGE = "/docs/";
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final transient Gate gate;
    private final transient SlotRouter router;

    @Activate
    public Unrouted(@Reference Gate gate, @Reference SlotRouter router) {
        this.gate = gate;
        this.router = router;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        gate.pass(
                request, response, (view, answer) -> respond((HttpServletRequest) view, (HttpServletResponse) answer));
    }

    private void respond(HttpServletRequest request, HttpServletResponse response) {
        String path = request.getRequestURI();
        if (path.equals("/") && router.isKnown(START_PAGE)) {
            response.setStatus(HttpServletResponse.SC_SEE_OTHER);
            response.setHeader("Location", START_PAGE);
            return;
        }
        if (router.isKnown(path)) {
            throw ProblemException.unavailable(
                    "The capability that serves this path is starting or restarting.", RETRY_AFTER, null);
        }
        if (router.isBooting()) {
            throw ProblemException.unavailable("The server is starting.", RETRY_AFTER, null);
        }
        throw ProblemException.notFound("Nothing is served at this path.");
    }
}
