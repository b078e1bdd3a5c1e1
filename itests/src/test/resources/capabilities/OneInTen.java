package org.example.${name}.internal;

import io.plinth.capability.RestResource;
import java.util.concurrent.atomic.AtomicInteger;
import javax.annotation.security.PermitAll;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;
import org.osgi.service.component.annotations.Component;

/** Fails one request in so many; 0 for none. */
@Component(service = RestResource.class)
@Path("/api/v1/${name}/sometimes")
@Produces(MediaType.TEXT_PLAIN)
@PermitAll
public final class OneInTen implements RestResource {
    private static final int FAILS_ONE_IN = ${failsOneIn};

    private final AtomicInteger asked = new AtomicInteger();

    @GET
    public String answer() {
        int number = asked.incrementAndGet();
        if (FAILS_ONE_IN > 0 && number % FAILS_ONE_IN == 0) {
            throw new IllegalStateException("one in " + FAILS_ONE_IN);
        }
        return "${greeting}";
    }
}
