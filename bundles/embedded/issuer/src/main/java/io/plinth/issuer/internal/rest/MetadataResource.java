package io.plinth.issuer.internal.rest;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.plinth.capability.RestResource;
import io.plinth.issuer.internal.EmbeddedIssuer;
import io.plinth.security.Role;
import java.util.Arrays;
import java.util.List;
import javax.annotation.security.PermitAll;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What the issuer can do (RFC 8414, OpenID Connect Discovery 1.0); only what it really can. */
@Component(enabled = false, service = RestResource.class)
@Path("/.well-known")
@Produces(MediaType.APPLICATION_JSON)
public final class MetadataResource implements RestResource {
    /** The members that are true of this issuer. */
    public record Metadata(
            @JsonProperty("issuer") String issuer,
            @JsonProperty("token_endpoint") String tokenEndpoint,
            @JsonProperty("jwks_uri") String jwksUri,
            @JsonProperty("grant_types_supported") List<String> grantTypesSupported,

            @JsonProperty("token_endpoint_auth_methods_supported")
            List<String> authMethodsSupported,

            @JsonProperty("scopes_supported") List<String> scopesSupported,
            @JsonProperty("response_types_supported") List<String> responseTypesSupported,
            @JsonProperty("subject_types_supported") List<String> subjectTypesSupported) {
        public Metadata {
            grantTypesSupported = List.copyOf(grantTypesSupported);
            authMethodsSupported = List.copyOf(authMethodsSupported);
            scopesSupported = List.copyOf(scopesSupported);
            responseTypesSupported = List.copyOf(responseTypesSupported);
            subjectTypesSupported = List.copyOf(subjectTypesSupported);
        }
    }

    private final EmbeddedIssuer issuer;

    @Activate
    public MetadataResource(@Reference EmbeddedIssuer issuer) {
        this.issuer = issuer;
    }

    @GET
    @Path("openid-configuration")
    @PermitAll
    public Response openIdConfiguration() {
        return metadata();
    }

    @GET
    @Path("oauth-authorization-server")
    @PermitAll
    public Response oauthAuthorizationServer() {
        return metadata();
    }

    private Response metadata() {
        String base = issuer.issuer();
        return Response.ok(new Metadata(
                        base,
                        base + "/oauth2/token",
                        base + "/oauth2/jwks",
                        List.of("client_credentials"),
                        List.of("client_secret_basic", "client_secret_post"),
                        Arrays.stream(Role.values()).map(Role::roleName).toList(),
                        // Required by both standards; there is no authorization endpoint, so there is none.
                        List.of(),
                        List.of("public")))
                .header(HttpHeaders.CACHE_CONTROL, "public, max-age=300")
                .build();
    }
}
