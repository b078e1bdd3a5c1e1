package org.example.${name}.internal;

import io.plinth.capability.RestResource;
import javax.annotation.security.PermitAll;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** A resource whose component takes long to activate, or for ever. */
@Component(service = RestResource.class)
@Path("/api/v1/${name}/hangs")
@PermitAll
public final class HangsInActivate implements RestResource {
    @Activate
    public HangsInActivate() throws InterruptedException {
        Thread.sleep(${millis}L);
    }

    @GET
    public String never() {
        return "never";
    }
}
