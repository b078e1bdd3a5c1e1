package io.plinth.hotdeploy.internal;

import javax.annotation.security.PermitAll;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.core.Response;

/** In every application: answers once the whiteboard has built it. From outside its address cannot be reached. */
@Path("/_ready")
@PermitAll
public final class ReadinessProbe {
    static final String PATH = "/_ready";

    @GET
    public Response ready() {
        return Response.noContent().build();
    }
}
