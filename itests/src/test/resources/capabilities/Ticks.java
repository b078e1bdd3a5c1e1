package org.example.${name}.internal;

import io.plinth.capability.RestResource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.annotation.security.PermitAll;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.sse.Sse;
import javax.ws.rs.sse.SseEventSink;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** A stream of server-sent events without end. */
@Component(service = RestResource.class)
@Path("/api/v1/${name}/ticks")
@PermitAll
public final class Ticks implements RestResource {
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "${name}-ticks");
        thread.setDaemon(true);
        return thread;
    });

    @Deactivate
    void stop() {
        timer.shutdownNow();
    }

    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public void ticks(@Context SseEventSink sink, @Context Sse sse) {
        AtomicReference<ScheduledFuture<?>> running = new AtomicReference<>();
        running.set(timer.scheduleAtFixedRate(
                () -> {
                    if (sink.isClosed()) {
                        running.get().cancel(false);
                    } else {
                        sink.send(sse.newEvent("${greeting}"));
                    }
                },
                10,
                100,
                TimeUnit.MILLISECONDS));
    }
}
