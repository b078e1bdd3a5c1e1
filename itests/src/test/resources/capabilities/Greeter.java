package org.example.${name}.internal;

import io.plinth.capability.RestResource;
import javax.annotation.security.PermitAll;
import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;
import org.osgi.service.component.annotations.Component;

/** Says which version answers. In every package of these tests, so that there is something to be upgraded. */
@Component(service = RestResource.class)
@Path("/api/v1/${name}")
@Produces(MediaType.APPLICATION_JSON)
@PermitAll
public final class Greeter implements RestResource {
    @GET
    public Greeting greet() {
        return new Greeting("${greeting}");
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Greeting echo(Greeting greeting) {
        return greeting;
    }

    public record Greeting(String message) {}
}
