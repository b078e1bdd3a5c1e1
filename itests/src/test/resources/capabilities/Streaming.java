package org.example.${name}.internal;

import io.plinth.capability.RestResource;
import java.nio.charset.StandardCharsets;
import javax.annotation.security.PermitAll;
import javax.ws.rs.DefaultValue;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.WebApplicationException;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.StreamingOutput;
import org.osgi.service.component.annotations.Component;

/** An export: lines over some time, with an end. */
@Component(service = RestResource.class)
@Path("/api/v1/${name}/lines")
@Produces(MediaType.TEXT_PLAIN)
@PermitAll
public final class Streaming implements RestResource {
    @GET
    public StreamingOutput lines(@QueryParam("count") @DefaultValue("30") int count) {
        return out -> {
            try {
                for (int i = 0; i < count; i++) {
                    out.write("${greeting}\n".getBytes(StandardCharsets.UTF_8));
                    out.flush();
                    Thread.sleep(100);
                }
            } catch (InterruptedException e) {
                throw new WebApplicationException(e);
            }
        };
    }
}
