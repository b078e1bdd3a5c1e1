package io.plinth.hotdeploy.internal;

import java.util.Arrays;
import java.util.Hashtable;
import javax.servlet.Servlet;
import javax.servlet.http.HttpServlet;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;

/**
 * Starts the JAX-RS whiteboard once the HTTP service has nothing else to do. Both work on threads of their own and lock
 * themselves in opposite orders; the whiteboard also loses what happens while it starts. Started by start level, it now and
 * then stood still for ever, or served nothing. So its bundle does not start by itself: this runs on the thread that
 * publishes applications, before the first of them.
 */
final class WhiteboardStart implements Runnable {
    private static final String WHITEBOARD = "org.apache.aries.jax.rs.whiteboard";

    private final BundleContext context;

    WhiteboardStart(BundleContext context) {
        this.context = context;
    }

    @Override
    public void run() {
        awaitHttpService();
        Bundle whiteboard = Arrays.stream(context.getBundles())
                .filter(bundle -> WHITEBOARD.equals(bundle.getSymbolicName()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("Bundle " + WHITEBOARD + " is not installed"));
        try {
            whiteboard.start(Bundle.START_TRANSIENT);
        } catch (BundleException failed) {
            throw new IllegalStateException("Bundle " + WHITEBOARD + " does not start", failed);
        }
    }

    /** A servlet that is registered for nothing queues behind the work of the HTTP service. */
    private void awaitHttpService() {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put("osgi.http.whiteboard.servlet.name", "io.plinth.hotdeploy.barrier");
        properties.put("osgi.http.whiteboard.servlet.pattern", "/io.plinth.hotdeploy.barrier");
        context.registerService(Servlet.class, new Nothing(), properties).unregister();
    }

    private static final class Nothing extends HttpServlet {
        private static final long serialVersionUID = 1L;
    }
}
