package org.example.${name}.internal;

import io.plinth.capability.RestResource;
import javax.annotation.security.PermitAll;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** A resource whose component cannot be activated. */
@Component(service = RestResource.class)
@Path("/api/v1/${name}/throws")
@PermitAll
public final class ThrowsInActivate implements RestResource {
    @Activate
    public ThrowsInActivate() {
        throw new IllegalStateException("the barn is on fire");
    }

    @GET
    public String never() {
        return "never";
    }
}
