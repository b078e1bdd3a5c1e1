package io.plinth.bench.servlet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import javax.servlet.Servlet;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.osgi.service.component.annotations.Component;

/** The answer of {@code GET /api/v1/example} from a bare servlet: same bytes, no router, no gate, no JAX-RS. */
@Component(
        service = Servlet.class,
        property = {
            "osgi.http.whiteboard.servlet.name=io.plinth.bench.plain",
            "osgi.http.whiteboard.servlet.pattern=/bench/plain"
        })
public final class PlainHello extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final byte[] BODY = "{\"message\":\"hello\"}".getBytes(StandardCharsets.US_ASCII);

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("application/json");
        response.setContentLength(BODY.length);
        response.getOutputStream().write(BODY);
    }
}
