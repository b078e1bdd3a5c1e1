package io.plinth.bench.sink;

import io.plinth.capability.RestResource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import javax.annotation.security.PermitAll;
import javax.ws.rs.Consumes;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;

/** Takes uploads and forgets them. Compiled by bench/swap; its descriptor stands beside it, since no bnd is at hand there. */
@Path("/api/v1/sink")
@Produces(MediaType.TEXT_PLAIN)
@PermitAll
public final class Sink implements RestResource {
    @POST
    @Consumes(MediaType.APPLICATION_OCTET_STREAM)
    public String take(InputStream body) throws IOException {
        return Long.toString(body.transferTo(OutputStream.nullOutputStream()));
    }
}
