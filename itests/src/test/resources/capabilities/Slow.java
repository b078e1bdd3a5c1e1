package org.example.${name}.internal;

import io.plinth.capability.RestResource;
import javax.annotation.security.PermitAll;
import javax.ws.rs.DefaultValue;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.MediaType;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** Answers late, and only as long as its version was not stopped meanwhile. */
@Component(service = RestResource.class)
@Path("/api/v1/${name}/slow")
@Produces(MediaType.TEXT_PLAIN)
@PermitAll
public final class Slow implements RestResource {
    private volatile boolean stopped;

    @Deactivate
    void stop() {
        stopped = true;
    }

    @GET
    public String answer(@QueryParam("millis") @DefaultValue("30000") long millis) throws InterruptedException {
        Thread.sleep(millis);
        if (stopped) {
            throw new IllegalStateException("stopped under a request");
        }
        return "${greeting}";
    }
}
