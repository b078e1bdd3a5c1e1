package io.plinth.rest.internal.openapi;

import io.plinth.problem.ProblemJson;
import io.plinth.rest.Answers;
import io.plinth.rest.Page;
import io.plinth.rest.internal.http.ResourceMethods;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.ws.rs.Consumes;
import javax.ws.rs.CookieParam;
import javax.ws.rs.DefaultValue;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.container.Suspended;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.StreamingOutput;
import org.jspecify.annotations.Nullable;

/** Describes resource methods. */
final class Operations {
    static final String BEARER = "bearerAuth";
    static final String PROBLEM = "Problem";

    private static final Pattern TEMPLATE_PARAMETER = Pattern.compile("\\{([^}]+)}");
    /** Headers that OpenAPI describes in other places, in lower case. */
    private static final Set<String> OTHERWISE_DESCRIBED = Set.of("accept", "content-type", "authorization");

    private final String capability;
    private final Schemas schemas;

    Operations(String capability, Schemas schemas) {
        this.capability = capability;
        this.schemas = schemas;
    }

    /** The operation; empty for one that nobody may call. */
    Optional<Operation> describe(Class<?> resource, Method method, String verb, String template) {
        Optional<Set<String>> roles = ResourceMethods.roles(resource, method);
        if (roles.isPresent() && roles.get().isEmpty()) {
            return Optional.empty();
        }
        Operation operation = new Operation()
                .addTagsItem(capability)
                .operationId(capability + '-' + method.getName())
                .summary(words(method.getName()));
        if (roles.isPresent()) {
            operation.description("Needs one of the roles " + String.join(", ", new TreeSet<>(roles.get())) + ".");
            operation.addSecurityItem(new SecurityRequirement().addList(BEARER));
        } else {
            operation.security(List.of());
        }
        describeParameters(operation, resource, method, template);
        operation.responses(responses(operation, resource, method, verb));
        return Optional.of(operation);
    }

    private ApiResponses responses(Operation operation, Class<?> resource, Method method, String verb) {
        ApiResponses responses = new ApiResponses()
                .addApiResponse(Integer.toString(status(method, verb)), success(resource, method, verb));
        if (operation.getParameters() != null
                && operation.getParameters().stream()
                        .anyMatch(parameter -> parameter.getName().equals("If-None-Match"))) {
            responses.addApiResponse("304", new ApiResponse().description(reason(304)));
        }
        for (int status : Refusals.of(operation, method, verb)) {
            responses.addApiResponse(
                    Integer.toString(status),
                    new ApiResponse().description(reason(status)).content(problemContent()));
        }
        return responses.addApiResponse(ApiResponses.DEFAULT, new ApiResponse().$ref(PROBLEM));
    }

    private void describeParameters(Operation operation, Class<?> resource, Method method, String template) {
        Set<String> inPath = new LinkedHashSet<>();
        Matcher names = TEMPLATE_PARAMETER.matcher(template);
        while (names.find()) {
            inPath.add(names.group(1));
        }
        List<Parameter> parameters = new ArrayList<>();
        for (java.lang.reflect.Parameter source : method.getParameters()) {
            if (source.isAnnotationPresent(Context.class) || source.isAnnotationPresent(Suspended.class)) {
                continue;
            }
            Parameter parameter = parameter(source);
            if (parameter == null) {
                if (!hasJaxRsAnnotation(source)) {
                    operation.requestBody(body(resource, method, source.getParameterizedType()));
                }
            } else if (!isDescribedOtherwise(parameter)) {
                inPath.remove("path".equals(parameter.getIn()) ? parameter.getName() : "");
                parameters.add(parameter);
            }
        }
        inPath.forEach(name -> parameters.add(
                new Parameter().in("path").name(name).required(true).schema(new StringSchema())));
        if (!parameters.isEmpty()) {
            operation.parameters(parameters);
        }
    }

    private static boolean isDescribedOtherwise(Parameter parameter) {
        return "header".equals(parameter.getIn())
                && OTHERWISE_DESCRIBED.contains(parameter.getName().toLowerCase(Locale.ROOT));
    }

    private static boolean hasJaxRsAnnotation(java.lang.reflect.Parameter source) {
        for (Annotation annotation : source.getAnnotations()) {
            if (annotation.annotationType().getName().startsWith("javax.ws.rs.")) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Parameter parameter(java.lang.reflect.Parameter source) {
        Parameter parameter = new Parameter();
        if (source.isAnnotationPresent(PathParam.class)) {
            parameter
                    .in("path")
                    .name(source.getAnnotation(PathParam.class).value())
                    .required(true);
        } else if (source.isAnnotationPresent(QueryParam.class)) {
            parameter.in("query").name(source.getAnnotation(QueryParam.class).value());
        } else if (source.isAnnotationPresent(HeaderParam.class)) {
            parameter.in("header").name(source.getAnnotation(HeaderParam.class).value());
        } else if (source.isAnnotationPresent(CookieParam.class)) {
            parameter.in("cookie").name(source.getAnnotation(CookieParam.class).value());
        } else {
            return null;
        }
        Schema<?> schema = schemas.of(source.getParameterizedType()).orElseGet(StringSchema::new);
        DefaultValue defaultValue = source.getAnnotation(DefaultValue.class);
        if (defaultValue != null) {
            schema.setDefault(defaultValue.value());
        }
        return parameter.schema(schema).description(Meanings.of(source, parameter.getName()));
    }

    private RequestBody body(Class<?> resource, Method method, Type type) {
        Consumes consumes = method.getAnnotation(Consumes.class);
        if (consumes == null) {
            consumes = resource.getAnnotation(Consumes.class);
        }
        String[] mediaTypes = consumes == null ? new String[] {"application/json"} : consumes.value();
        if (type instanceof ParameterizedType generic && generic.getRawType() == Optional.class) {
            return new RequestBody().content(content(mediaTypes, generic.getActualTypeArguments()[0]));
        }
        return new RequestBody().required(true).content(content(mediaTypes, type));
    }

    private Content content(String[] mediaTypes, Type type) {
        Content content = new Content();
        for (String mediaType : mediaTypes) {
            MediaType described = new MediaType();
            if (isRaw(type)) {
                described.schema(new StringSchema());
            } else {
                schemas.of(type).ifPresent(described::schema);
            }
            content.addMediaType(mediaType, described);
        }
        return content;
    }

    private ApiResponse success(Class<?> resource, Method method, String verb) {
        ApiResponse response = new ApiResponse().description(reason(status(method, verb)));
        Type type = answerType(method);
        Produces produces = method.getAnnotation(Produces.class);
        if (produces == null) {
            produces = resource.getAnnotation(Produces.class);
        }
        boolean hasBody = type != void.class && type != Void.class && status(method, verb) != 204;
        if (hasBody && type == Response.class) {
            // A body of a shape that the code does not tell.
            if (produces != null) {
                Content content = new Content();
                for (String mediaType : produces.value()) {
                    content.addMediaType(mediaType, new MediaType());
                }
                response.content(content);
            }
        } else if (hasBody) {
            response.content(content(produces == null ? new String[] {"application/json"} : produces.value(), type));
        }
        return response;
    }

    private static Type answerType(Method method) {
        Answers answers = method.getAnnotation(Answers.class);
        if (answers != null && answers.pageOf() != void.class) {
            return new PageOf(answers.pageOf());
        }
        if (answers != null && (answers.body() != void.class || method.getReturnType() == Response.class)) {
            return answers.body();
        }
        Type type = method.getGenericReturnType();
        if (type instanceof ParameterizedType generic && generic.getRawType() == CompletionStage.class) {
            return generic.getActualTypeArguments()[0];
        }
        return type;
    }

    private static int status(Method method, String verb) {
        Answers answers = method.getAnnotation(Answers.class);
        if (answers != null) {
            return answers.status();
        }
        if (method.getReturnType() == void.class) {
            return 204;
        }
        if (method.getReturnType() == Response.class) {
            // The habit of REST, where the code does not tell.
            return Map.of("POST", 201, "DELETE", 204).getOrDefault(verb, 200);
        }
        return 200;
    }

    private static String reason(int status) {
        Response.Status known = Response.Status.fromStatusCode(status);
        if (known != null) {
            return known.getReasonPhrase();
        }
        return status == 422 ? "Unprocessable Content" : Integer.toString(status);
    }

    private static boolean isRaw(Type type) {
        return type instanceof Class<?> raw
                && (StreamingOutput.class.isAssignableFrom(raw)
                        || InputStream.class.isAssignableFrom(raw)
                        || raw == byte[].class);
    }

    /** {@code findByName} as {@code Find by name}. */
    private static String words(String name) {
        String spaced =
                name.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT).strip();
        return Character.toUpperCase(spaced.charAt(0)) + spaced.substring(1);
    }

    /** The schema of a problem document, as {@link ProblemJson} writes it. */
    static Content problemContent() {
        return new Content()
                .addMediaType(
                        ProblemJson.MEDIA_TYPE,
                        new MediaType().schema(new Schema<>().$ref("#/components/schemas/" + PROBLEM)));
    }

    /** {@code Page<item>}, which an annotation cannot say. */
    private record PageOf(Class<?> item) implements ParameterizedType {
        @Override
        public Type[] getActualTypeArguments() {
            return new Type[] {item};
        }

        @Override
        public Type getRawType() {
            return Page.class;
        }

        @Override
        public @Nullable Type getOwnerType() {
            return null;
        }
    }
}
