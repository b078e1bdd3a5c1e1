package io.plinth.rest.internal.http;

import java.io.InputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.ws.rs.container.ContainerRequestContext;
import javax.ws.rs.container.ContainerRequestFilter;
import javax.ws.rs.container.PreMatching;
import org.apache.cxf.message.Message;
import org.apache.cxf.phase.PhaseInterceptorChain;
import org.apache.cxf.resource.ResourceManager;
import org.apache.cxf.resource.ResourceResolver;
import org.jspecify.annotations.Nullable;

/**
 * Answers CXF's question for a class loader, which it asks before every request and, in OSGi, answers by searching the
 * whole class space in vain: 5 percent of the time of a small request. The thread's own loader, which it goes on with
 * after that search too, is the answer.
 */
@PreMatching
public final class ContextLoader implements ContainerRequestFilter, ResourceResolver {
    private final AtomicBoolean installed = new AtomicBoolean();

    /** The bus of an application is known to its requests only; the first one, a probe, brings it. */
    @Override
    public void filter(ContainerRequestContext request) {
        if (installed.get() || !installed.compareAndSet(false, true)) {
            return;
        }
        Message message = PhaseInterceptorChain.getCurrentMessage();
        ResourceManager resources = message.getExchange().getBus().getExtension(ResourceManager.class);
        if (resources != null) {
            // The last one added is asked first.
            resources.addResourceResolver(this);
        }
    }

    @Override
    public <T> @Nullable T resolve(String name, Class<T> type) {
        return name.isEmpty() && type == ClassLoader.class
                ? type.cast(Thread.currentThread().getContextClassLoader())
                : null;
    }

    @Override
    public @Nullable InputStream getAsStream(String name) {
        return null;
    }
}
