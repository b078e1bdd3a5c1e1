package org.example.${name}.internal;

import io.plinth.capability.RestResource;
import java.util.UUID;
import javax.annotation.security.PermitAll;
import javax.ws.rs.DefaultValue;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.MediaType;
import org.example.teller.Teller;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Consumer of another capability, by a static reference: without a mechanism it restarts with the provider. */
@Component(service = RestResource.class)
@Path("/api/v1/${name}")
@Produces(MediaType.APPLICATION_JSON)
@PermitAll
public final class Asker implements RestResource {
    private final Teller teller;
    private final String instance = UUID.randomUUID().toString();

    @Activate
    public Asker(@Reference Teller teller) {
        this.teller = teller;
    }

    /** @param instance another one after the component was restarted */
    public record Answer(String told, String instance) {}

    @GET
    public Answer ask(@QueryParam("millis") @DefaultValue("0") long millis) throws InterruptedException {
        return new Answer(millis == 0 ? teller.tell() : teller.tellLate(millis), instance);
    }
}
