package io.plinth.rest.internal.openapi;

import io.plinth.capability.RestResource;
import io.plinth.rest.Answers;
import io.plinth.rest.Described;
import io.plinth.rest.JsonObject;
import io.plinth.rest.Page;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.annotation.security.DenyAll;
import javax.annotation.security.PermitAll;
import javax.annotation.security.RolesAllowed;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.DefaultValue;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.PATCH;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.SecurityContext;
import javax.ws.rs.core.StreamingOutput;

/** Everything that a resource may look like. */
@Path("/api/v1/samples")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class SampleResource implements RestResource {
    enum State {
        OPEN,
        ROLLED_BACK
    }

    record Part(String name, long amount) {}

    record Sample(
            String id,
            State state,
            Instant createdAt,
            Optional<String> note,
            List<Part> parts,
            Optional<Part> main,
            Map<String, String> metadata,
            JsonObject tags,
            Optional<JsonObject> more,
            boolean isGift) {}

    record SamplePatch(Optional<String> note, Optional<State> state) {}

    @GET
    @PermitAll
    public Page<Sample> list(
            @QueryParam("limit") @DefaultValue("50") String limit,
            @QueryParam("open") @Described("Only open ones.") boolean open) {
        return new Page<>(List.of(), null);
    }

    @POST
    @RolesAllowed({"admin", "service"})
    @Answers(status = 202, body = Sample.class, refusals = 409)
    public Response create(Sample sample, @Context SecurityContext caller) {
        return Response.accepted().build();
    }

    @GET
    @Path("{id: [0-9a-f-]{36}}")
    public Sample find(@PathParam("id") String id, @HeaderParam("If-None-Match") String tag) {
        throw new IllegalStateException();
    }

    @PATCH
    @Path("{id: [0-9a-f-]{36}}")
    @Consumes("application/merge-patch+json")
    public Response change(@PathParam("id") String id, @HeaderParam("If-Match") String tag, SamplePatch patch) {
        return Response.ok().build();
    }

    @DELETE
    @Path("{id: [0-9a-f-]{36}}")
    public Response close(@PathParam("id") String id) {
        return Response.noContent().build();
    }

    @POST
    @Path("{id}/close/{how}")
    @Answers(pageOf = Part.class)
    public Response list(@PathParam("id") String id, Optional<Part> body) {
        return Response.ok().build();
    }

    @GET
    @Path("export")
    @Produces({"text/csv", "application/x-ndjson"})
    public StreamingOutput export() {
        return output -> {};
    }

    @GET
    @Path("secret")
    @DenyAll
    public String secret() {
        return "";
    }
}
