package io.plinth.rest.internal.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.type.TypeFactory;
import io.plinth.capability.Capabilities.CapabilityVersion;
import io.plinth.rest.internal.http.ResourceMethods;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.util.Json;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.Paths;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import io.swagger.v3.oas.models.tags.Tag;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.ws.rs.HttpMethod;
import javax.ws.rs.Path;

/** Writes the OpenAPI 3.0 document of some capabilities. What it learns of their classes, it forgets. */
final class ApiDescription {
    private final Components components = new Components();
    private final Map<String, PathItem> paths = new TreeMap<>();
    private final Map<String, Integer> operationIds = new HashMap<>();
    private final OpenAPI document;

    private ApiDescription(String serverVersion) {
        document = new OpenAPI()
                .openapi("3.0.3")
                .info(new Info()
                        .title("Plinth")
                        .description("Everything that the capabilities of this server offer at this moment.")
                        .version(serverVersion)
                        .license(new License().name("Apache-2.0").url("https://www.apache.org/licenses/LICENSE-2.0")))
                .servers(List.of(new Server().url("/").description("This server")))
                .components(components);
        describeCommon();
    }

    /**
     * The document as JSON. One call at a time, since Swagger has static caches that are emptied afterwards.
     *
     * @param serverVersion version of Plinth
     * @param versions what is described
     */
    static synchronized byte[] write(String serverVersion, List<CapabilityVersion> versions) {
        try {
            ApiDescription description = new ApiDescription(serverVersion);
            versions.stream()
                    .sorted(Comparator.comparing(CapabilityVersion::name))
                    .forEach(description::add);
            Paths sorted = new Paths();
            description.paths.forEach(sorted::addPathItem);
            description.document.paths(sorted);
            return Json.mapper().writeValueAsString(description.document).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("Swagger cannot write its own model", impossible);
        } finally {
            ModelConverters.reset();
            // Swagger resolves types through Jackson's shared factory, which would keep them.
            TypeFactory.defaultInstance().clearCache();
            Json.mapper().getTypeFactory().clearCache();
        }
    }

    private void describeCommon() {
        components.addSecuritySchemes(
                Operations.BEARER,
                new SecurityScheme()
                        .type(SecurityScheme.Type.HTTP)
                        .scheme("bearer")
                        .bearerFormat("JWT")
                        .description("An access token from /oauth2/token."));
        ObjectSchema error = new ObjectSchema();
        error.addProperty("field", new StringSchema());
        error.addProperty("message", new StringSchema());
        error.setRequired(List.of("field", "message"));
        ObjectSchema problem = new ObjectSchema();
        problem.setDescription("RFC 9457");
        problem.addProperty("type", new StringSchema().format("uri-reference"));
        problem.addProperty("title", new StringSchema());
        problem.addProperty("status", new IntegerSchema());
        problem.addProperty("detail", new StringSchema());
        problem.addProperty("instance", new StringSchema().format("uri-reference"));
        problem.addProperty("errors", new ArraySchema().items(error));
        problem.setRequired(List.of("type", "title", "status", "detail"));
        components.addSchemas(Operations.PROBLEM, problem);
        components.addResponses(
                Operations.PROBLEM,
                new ApiResponse().description("What went wrong").content(Operations.problemContent()));
    }

    private void add(CapabilityVersion version) {
        document.addTagsItem(
                new Tag().name(version.name()).description("Capability " + version.name() + ' ' + version.version()));
        Operations operations = new Operations(version.name(), new Schemas(version.name(), components));
        version.resources().stream()
                .filter(resource -> resource.isAnnotationPresent(Path.class))
                .sorted(Comparator.comparing(Class::getName))
                .forEach(resource -> add(operations, resource));
    }

    private void add(Operations operations, Class<?> resource) {
        Arrays.stream(resource.getMethods())
                .filter(method -> !method.isBridge())
                .sorted(Comparator.comparing(Method::getName).thenComparing(Method::toString))
                .forEach(method -> verb(method).ifPresent(verb -> {
                    String template = ResourceMethods.template(resource, method);
                    operations
                            .describe(resource, method, verb, template)
                            .ifPresent(operation -> add(template, verb, operation));
                }));
    }

    private void add(String template, String verb, Operation operation) {
        int count = operationIds.merge(operation.getOperationId(), 1, Integer::sum);
        if (count > 1) {
            operation.operationId(operation.getOperationId() + '-' + count);
        }
        for (PathItem.HttpMethod known : PathItem.HttpMethod.values()) {
            if (known.name().equals(verb)) {
                paths.computeIfAbsent(template, path -> new PathItem()).operation(known, operation);
            }
        }
    }

    private static Optional<String> verb(Method method) {
        for (Annotation annotation : method.getAnnotations()) {
            HttpMethod verb = annotation.annotationType().getAnnotation(HttpMethod.class);
            if (verb != null) {
                return Optional.of(verb.value());
            }
        }
        return Optional.empty();
    }
}
