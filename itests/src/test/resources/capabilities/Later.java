package org.example.${name}.internal;

import io.plinth.capability.RestResource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.annotation.security.PermitAll;
import javax.ws.rs.DefaultValue;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.container.AsyncResponse;
import javax.ws.rs.container.Suspended;
import javax.ws.rs.core.MediaType;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** Answers later, from another thread; what is waited for when the component stops is never answered. */
@Component(service = RestResource.class)
@Path("/api/v1/${name}/later")
@Produces(MediaType.TEXT_PLAIN)
@PermitAll
public final class Later implements RestResource {
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "${name}-later");
        thread.setDaemon(true);
        return thread;
    });

    @Deactivate
    void stop() {
        timer.shutdownNow();
    }

    @GET
    public void answer(
            @QueryParam("millis") @DefaultValue("2000") long millis, @Suspended AsyncResponse response) {
        timer.schedule(() -> response.resume("${greeting}"), millis, TimeUnit.MILLISECONDS);
    }
}
