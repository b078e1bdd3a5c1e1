package io.plinth.example.internal;

import io.plinth.capability.RestResource;
import io.plinth.problem.ProblemException;
import io.plinth.rest.Answers;
import io.plinth.security.Role;
import java.time.Duration;
import java.util.UUID;
import javax.annotation.security.PermitAll;
import javax.annotation.security.RolesAllowed;
import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;

/** {@code /api/v1/example}. */
@Component(service = RestResource.class, configurationPid = "io.plinth.example")
@Designate(ocd = ExampleConfig.class)
@Path("/api/v1/example")
@Produces(MediaType.APPLICATION_JSON)
public final class ExampleResource implements RestResource {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final Message greeting;

    /** Dynamic, so that the greeting is served while the database is away. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile @Nullable Messages messages;

    @Activate
    public ExampleResource(ExampleConfig config) {
        this.greeting = new Message(config.greeting());
    }

    @GET
    @PermitAll
    public Message greet() {
        return greeting;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed({Role.ADMIN_NAME, Role.SERVICE_NAME, Role.USER_NAME})
    @Answers(status = 202, body = Accepted.class)
    public Response post(@Nullable Message message) {
        if (message == null) {
            throw ProblemException.invalid("message", "is needed and must not be blank");
        }
        Messages open = messages;
        if (open == null) {
            throw ProblemException.unavailable("Messages cannot be taken at the moment.", RETRY_AFTER, null);
        }
        return Response.accepted(new Accepted(open.post(message))).build();
    }

    /** Answer to a message that was taken. */
    public record Accepted(UUID eventId) {}
}
