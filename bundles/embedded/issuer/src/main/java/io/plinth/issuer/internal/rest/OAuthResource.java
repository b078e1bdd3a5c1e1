package io.plinth.issuer.internal.rest;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.plinth.capability.RestResource;
import io.plinth.issuer.internal.EmbeddedIssuer;
import io.plinth.issuer.internal.OAuthException;
import io.plinth.issuer.internal.PublicJwk;
import io.plinth.issuer.internal.TokenMint.IssuedToken;
import io.plinth.rest.Answers;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import javax.annotation.security.PermitAll;
import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The token endpoint (RFC 6749) and the keys that verify its tokens. */
@Component(enabled = false, service = RestResource.class)
@Path("/oauth2")
@Produces(MediaType.APPLICATION_JSON)
public final class OAuthResource implements RestResource {
    private static final String GRANT_TYPE = "client_credentials";

    /** RFC 6749, section 5.1. */
    public record TokenAnswer(
            @JsonProperty("access_token") String accessToken,
            @JsonProperty("token_type") String tokenType,
            @JsonProperty("expires_in") long expiresIn,
            @JsonProperty("scope") String scope) {}

    /** RFC 6749, section 5.2. */
    public record TokenError(
            @JsonProperty("error") String error,
            @JsonProperty("error_description") String errorDescription) {}

    /** RFC 7517. */
    public record JwkSet(List<PublicJwk> keys) {
        public JwkSet {
            keys = List.copyOf(keys);
        }
    }

    private final EmbeddedIssuer issuer;

    @Activate
    public OAuthResource(@Reference EmbeddedIssuer issuer) {
        this.issuer = issuer;
    }

    @POST
    @Path("token")
    @PermitAll
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Answers(status = 200)
    public Response token(@HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization, InputStream body)
            throws IOException {
        try {
            FormParameters form = FormParameters.parse(body.readNBytes(FormParameters.BYTES_MAX + 1));
            return answer(issue(ClientCredentials.of(authorization, form), form));
        } catch (OAuthException refused) {
            return refuse(refused);
        }
    }

    @GET
    @Path("jwks")
    @PermitAll
    public Response jwks() {
        return Response.ok(new JwkSet(issuer.publicKeys()))
                .header(HttpHeaders.CACHE_CONTROL, "public, max-age=60")
                .build();
    }

    private IssuedToken issue(ClientCredentials credentials, FormParameters form) throws OAuthException {
        String grantType = form.find("grant_type")
                .orElseThrow(() -> OAuthException.invalidRequest("The parameter grant_type is missing."));
        if (!grantType.equals(GRANT_TYPE)) {
            throw OAuthException.unsupportedGrantType();
        }
        return issuer.mint()
                .clientCredentials(
                        credentials.clientId(),
                        credentials.secrets(),
                        form.find("scope").orElse(null));
    }

    private static Response answer(IssuedToken issued) {
        return unstored(Response.ok(new TokenAnswer(
                        issued.token(), "Bearer", issued.expiresInSeconds(), String.join(" ", issued.roles()))))
                .build();
    }

    private static Response refuse(OAuthException refused) {
        Response.ResponseBuilder answer = unstored(
                Response.status(refused.status()).entity(new TokenError(refused.error(), refused.description())));
        if (refused.status() == 401) {
            answer.header(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"plinth\", charset=\"UTF-8\"");
        }
        Duration retryAfter = refused.retryAfter();
        if (retryAfter != null) {
            answer.header(HttpHeaders.RETRY_AFTER, Math.max(1, retryAfter.toSeconds()));
        }
        return answer.build();
    }

    private static Response.ResponseBuilder unstored(Response.ResponseBuilder answer) {
        return answer.type(MediaType.APPLICATION_JSON_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header("Pragma", "no-cache");
    }
}
