package org.example.${name}.internal;

import io.plinth.capability.RestResource;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;
import javax.annotation.security.PermitAll;
import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;
import org.osgi.service.component.annotations.Component;

/** Counts the bytes of a body while they arrive. */
@Component(service = RestResource.class)
@Path("/api/v1/${name}/upload")
@Produces(MediaType.TEXT_PLAIN)
@PermitAll
public final class Upload implements RestResource {
    private final AtomicLong arrived = new AtomicLong();

    /** How many bytes this version has seen until now, of all bodies. */
    @GET
    public String arrived() {
        return Long.toString(arrived.get());
    }

    @POST
    @Consumes(MediaType.APPLICATION_OCTET_STREAM)
    public String take(InputStream body) throws IOException {
        byte[] buffer = new byte[8192];
        long count = 0;
        for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
            count += read;
            arrived.addAndGet(read);
        }
        return "${greeting}: " + count;
    }
}
