package io.plinth.hotdeploy.internal;

import java.util.Hashtable;
import javax.servlet.Servlet;
import javax.servlet.http.HttpServlet;
import org.osgi.framework.BundleContext;

/**
 * Waits until the HTTP service has nothing else to do. It works on one thread, on which it also tells the JAX-RS whiteboard
 * that it is there; an application published at that moment from elsewhere takes the locks of the two in the other order,
 * and both stand still for ever. A servlet that is registered for nothing queues behind that work, and holds no lock.
 */
final class HttpServiceBarrier implements Runnable {
    private final BundleContext context;

    HttpServiceBarrier(BundleContext context) {
        this.context = context;
    }

    @Override
    public void run() {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put("osgi.http.whiteboard.servlet.name", "io.plinth.hotdeploy.barrier");
        properties.put("osgi.http.whiteboard.servlet.pattern", "/io.plinth.hotdeploy.barrier");
        context.registerService(Servlet.class, new Nothing(), properties).unregister();
    }

    private static final class Nothing extends HttpServlet {
        private static final long serialVersionUID = 1L;
    }
}
