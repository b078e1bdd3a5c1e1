package io.plinth.rest.internal.openapi;

import io.plinth.capability.Capabilities;
import io.plinth.capability.Capabilities.CapabilityVersion;
import io.plinth.capability.Capabilities.State;
import io.plinth.capability.RestResource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import javax.annotation.security.PermitAll;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.EntityTag;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Request;
import javax.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** {@code /openapi.json}: what the active versions of all capabilities offer. */
@Component(service = RestResource.class)
@Path("/openapi.json")
public final class OpenApiResource implements RestResource {
    private final String serverVersion;
    private volatile @Nullable Description latest;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Capabilities capabilities;

    @Activate
    public OpenApiResource(BundleContext context) {
        this(Objects.requireNonNullElse(context.getProperty("plinth.version"), "unknown"));
    }

    OpenApiResource(String serverVersion) {
        this.serverVersion = serverVersion;
    }

    void setCapabilities(@Nullable Capabilities current) {
        capabilities = current;
    }

    @GET
    @PermitAll
    @Produces(MediaType.APPLICATION_JSON)
    public Response describe(@Context Request request) {
        Description current = current();
        EntityTag tag = new EntityTag(Integer.toHexString(current.versions().hashCode()), true);
        Response.ResponseBuilder unchanged = request.evaluatePreconditions(tag);
        Response.ResponseBuilder response = unchanged == null ? Response.ok(current.document()) : unchanged;
        return response.tag(tag).header(HttpHeaders.CACHE_CONTROL, "no-cache").build();
    }

    /** The document as it is now. */
    byte[] document() {
        return current().document();
    }

    private Description current() {
        Capabilities source = capabilities;
        List<CapabilityVersion> active = source == null
                ? List.of()
                : source.versions().stream()
                        .filter(version -> version.state() == State.ACTIVE)
                        .toList();
        Set<Described> versions = active.stream().map(Described::of).collect(Collectors.toUnmodifiableSet());
        Description known = latest;
        if (known != null && known.versions().equals(versions)) {
            return known;
        }
        Description fresh = new Description(versions, ApiDescription.write(serverVersion, active));
        latest = fresh;
        return fresh;
    }

    private record Description(Set<Described> versions, byte[] document) {}

    /**
     * A version without its classes, which must not be kept.
     *
     * @param resources identities of the classes: a bundle that was updated in place has other ones
     */
    private record Described(String name, String version, long bundleId, Set<Integer> resources) {
        static Described of(CapabilityVersion version) {
            return new Described(
                    version.name(),
                    version.version(),
                    version.bundleId(),
                    version.resources().stream().map(System::identityHashCode).collect(Collectors.toUnmodifiableSet()));
        }
    }
}
