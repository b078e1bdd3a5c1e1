package org.example.${name}.internal;

import io.plinth.capability.RestResource;
import java.nio.file.Files;
import javax.annotation.security.PermitAll;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Starts well, until a certain file is there: what worked when it was installed and fails at the next start. */
@Component(service = RestResource.class)
@Path("/api/v1/${name}/marked")
@PermitAll
public final class ThrowsIfMarked implements RestResource {
    @Activate
    public ThrowsIfMarked() {
        if (Files.exists(java.nio.file.Path.of("${marker}"))) {
            throw new IllegalStateException("the marker is there");
        }
    }

    @GET
    public String marked() {
        return "no";
    }
}
