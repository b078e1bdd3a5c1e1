package io.plinth.jetty.internal;

import io.plinth.gateway.Gate;
import io.plinth.gateway.RequestRouter;
import io.plinth.gateway.RequestRouter.Parked;
import javax.servlet.AsyncContext;
import javax.servlet.AsyncEvent;
import javax.servlet.AsyncListener;
import javax.servlet.DispatcherType;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Suspends a request whose slot has no version at this moment. No thread waits and nothing of it is read; the gate has not
 * seen it yet. It is resumed outside any context, so that Jetty looks for its servlet anew.
 */
final class WaitingRoom {
    /** Attribute of a request that waited. */
    static final String WAITED = "io.plinth.jetty.waited";

    private static final Logger LOG = LoggerFactory.getLogger(WaitingRoom.class);
    private static final String HEALTH = "/health";

    private final RequestRouter router;

    WaitingRoom(RequestRouter router) {
        this.router = router;
    }

    /** Whether the request waits now; then nobody else may touch it. */
    boolean take(Request request) {
        if (request.getAttribute(Gate.LEASE) != null
                || request.getDispatcherType() != DispatcherType.REQUEST
                || !mayWait(request.getPathInfo())) {
            return false;
        }
        Waiting waiting = new Waiting();
        Parked parked = router.park(request.getPathInfo(), waiting);
        if (parked == null) {
            return false;
        }
        request.setAttribute(WAITED, Boolean.TRUE);
        request.setHandled(true);
        AsyncContext suspended = request.startAsync();
        // The router sees to the time.
        suspended.setTimeout(0);
        suspended.addListener(new Leave(parked));
        waiting.begin(suspended);
        return true;
    }

    /** Who asks for health wants to hear at once; what was turned away and probes are nobody's to wait for. */
    private static boolean mayWait(@Nullable String path) {
        return path != null
                && !path.equals(SlotCustomizer.NOWHERE)
                && !path.startsWith(Gate.INTERNAL_PREFIX)
                && !path.equals(HEALTH)
                && !path.startsWith(HEALTH + "/");
    }

    /** Resumes once, at the earliest when the request is suspended. */
    private static final class Waiting implements Runnable {
        private @Nullable AsyncContext suspended;
        private boolean resumed;

        synchronized void begin(AsyncContext context) {
            suspended = context;
            if (resumed) {
                dispatch(context);
            }
        }

        @Override
        public synchronized void run() {
            resumed = true;
            if (suspended != null) {
                dispatch(suspended);
            }
        }

        private static void dispatch(AsyncContext context) {
            try {
                context.dispatch();
            } catch (IllegalStateException over) {
                LOG.debug("The client hung up just before its request was resumed", over);
            }
        }
    }

    /** Gives the place free when the client hangs up. */
    private record Leave(Parked parked) implements AsyncListener {
        @Override
        public void onComplete(AsyncEvent event) {
            parked.cancel();
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            parked.cancel();
        }

        @Override
        public void onError(AsyncEvent event) {
            parked.cancel();
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            // The application suspends it, after it was resumed.
        }
    }
}
