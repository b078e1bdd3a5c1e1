package io.plinth.rest.internal.openapi;

import io.plinth.capability.RestResource;
import io.plinth.problem.ProblemException;
import io.plinth.rest.Described;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import javax.annotation.security.PermitAll;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.EntityTag;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.Request;
import javax.ws.rs.core.Response;
import org.osgi.service.component.annotations.Component;

/** {@code /docs}: Swagger UI, from its WebJar, on {@code /openapi.json}. */
@Component(service = RestResource.class)
@Path("/docs")
public final class DocsResource implements RestResource {
    /** No inline script; inline styles and images in data URLs are what Swagger UI is made of. */
    static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
                    + " img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final String INDEX = "index.html";
    private static final String WEB_JAR = "META-INF/resources/webjars/swagger-ui/";
    private static final String WEB_JAR_VERSION = "META-INF/maven/org.webjars/swagger-ui/pom.properties";

    /** All there is, so no other path can be asked for. */
    private static final Map<String, String> MEDIA_TYPES = Map.of(
            INDEX,
            "text/html;charset=utf-8",
            "explorer.js",
            "text/javascript;charset=utf-8",
            "explorer.css",
            "text/css;charset=utf-8",
            "swagger-ui-bundle.js",
            "text/javascript;charset=utf-8",
            "swagger-ui.css",
            "text/css;charset=utf-8",
            "favicon-32x32.png",
            "image/png");

    private final Map<String, EntityTag> tags = new ConcurrentHashMap<>();
    private final String webJar = WEB_JAR + webJarVersion() + '/';

    @GET
    @PermitAll
    @Produces("text/html")
    public Response index(@Context Request request) {
        return file(INDEX, request);
    }

    @GET
    @Path("{file}")
    @PermitAll
    public Response file(
            @PathParam("file") @Described("Name of a file of the explorer.") String file, @Context Request request) {
        String mediaType = MEDIA_TYPES.get(file);
        if (mediaType == null) {
            throw ProblemException.notFound("The API explorer has no such file.");
        }
        EntityTag tag = tags.computeIfAbsent(file, this::digest);
        Response.ResponseBuilder unchanged = request.evaluatePreconditions(tag);
        Response.ResponseBuilder response = unchanged == null ? Response.ok(open(file), mediaType) : unchanged;
        return response.tag(tag)
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                .build();
    }

    private InputStream open(String file) {
        ClassLoader loader = DocsResource.class.getClassLoader();
        InputStream own = loader.getResourceAsStream("docs/" + file);
        InputStream content = own == null ? loader.getResourceAsStream(webJar + file) : own;
        if (content == null) {
            throw new IllegalStateException("The bundle io.plinth.rest was built without " + file);
        }
        return content;
    }

    private EntityTag digest(String file) {
        try (InputStream content = open(file)) {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.readAllBytes());
            return new EntityTag(HexFormat.of().formatHex(digest, 0, 12));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read " + file + " out of the bundle io.plinth.rest", unreadable);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    private static String webJarVersion() {
        try (InputStream content = DocsResource.class.getClassLoader().getResourceAsStream(WEB_JAR_VERSION)) {
            if (content == null) {
                throw new IllegalStateException("The bundle io.plinth.rest was built without Swagger UI");
            }
            Properties properties = new Properties();
            properties.load(content);
            return properties.getProperty("version");
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read the version of Swagger UI", unreadable);
        }
    }
}
