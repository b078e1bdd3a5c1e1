package org.example.${name}.internal;

import io.plinth.capability.RestResource;
import javax.annotation.security.PermitAll;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import org.example.nowhere.Nowhere;
import org.osgi.service.component.annotations.Component;

/** Needs a package that no bundle of the server exports. */
@Component(service = RestResource.class)
@Path("/api/v1/${name}/nowhere")
@PermitAll
public final class NeedsNowhere implements RestResource {
    @GET
    public String nowhere() {
        return Nowhere.NAME + Nowhere.class;
    }
}
