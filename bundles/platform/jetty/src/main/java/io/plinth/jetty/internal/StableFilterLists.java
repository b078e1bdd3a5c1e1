package io.plinth.jetty.internal;

import java.lang.reflect.Field;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mends a race of Pax Web 8.0: whenever a filter comes or goes anywhere, it clears a {@code LinkedList} of each context, which
 * requests of that context are just reading; once in some hundred thousand requests one ends with a
 * {@code ConcurrentModificationException}. Each context gets a list that bears it, when it is probed and so before its first
 * request.
 */
final class StableFilterLists {
    private static final Logger LOG = LoggerFactory.getLogger(StableFilterLists.class);
    private static final String HANDLER = "PaxWebServletHandler";
    private static final String FIELD = "preprocessors";

    private StableFilterLists() {}

    /** Mends the contexts that are there and not mended yet. */
    static void mend(Server server) {
        for (Handler handler : server.getChildHandlers()) {
            if (handler.getClass().getSimpleName().equals(HANDLER)) {
                mend(handler);
            }
        }
    }

    private static void mend(Handler handler) {
        try {
            Field field = handler.getClass().getDeclaredField(FIELD);
            field.setAccessible(true);
            if (field.get(handler) instanceof List<?> list && !(list instanceof CopyOnWriteArrayList)) {
                field.set(handler, new CopyOnWriteArrayList<>(list));
                LOG.debug("The filter list of {} is stable", handler);
            }
        } catch (ReflectiveOperationException | RuntimeException other) {
            LOG.warn("Pax Web has changed: its filter lists are left as they are", other);
        }
    }
}
