package io.plinth.rest.internal.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.plinth.capability.Capabilities.CapabilityVersion;
import io.plinth.capability.Capabilities.State;
import io.plinth.rest.internal.json.JsonBody;
import io.plinth.rest.internal.json.JsonLimits;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.MultivaluedHashMap;
import org.junit.jupiter.api.Test;

class OpenApiResourceTest {
    private static CapabilityVersion version(String name, Class<?>... resources) {
        return new CapabilityVersion(name, "1.0.0", State.ACTIVE, "", 7, Set.of(resources));
    }

    private static JsonNode describe(CapabilityVersion... versions) throws IOException {
        byte[] document = ApiDescription.write("0.1.0", List.of(versions));
        Files.write(Path.of("target/openapi.json"), document);
        return new ObjectMapper().readTree(document);
    }

    @Test
    void describesWhatTheCodeSays() throws IOException {
        JsonNode api = describe(
                version("samples", SampleResource.class),
                version("openapi", OpenApiResource.class, DocsResource.class));
        JsonNode list = api.at("/paths/~1api~1v1~1samples/get");
        assertThat(list.at("/security").size()).isZero();
        assertThat(list.at("/security").isArray()).isTrue();
        assertThat(list.at("/operationId").asText()).isEqualTo("samples-list");
        assertThat(list.at("/tags/0").asText()).isEqualTo("samples");
        assertThat(list.at("/parameters/0/name").asText()).isEqualTo("limit");
        assertThat(list.at("/parameters/0/schema/default").asText()).isEqualTo("50");
        assertThat(list.at("/responses/200/content/application~1json/schema/$ref")
                        .asText())
                .isEqualTo("#/components/schemas/samples.PageSample");
        assertThat(list.at("/responses/default/$ref").asText()).isEqualTo("#/components/responses/Problem");

        assertThat(list.at("/parameters/1/schema/type").asText()).isEqualTo("boolean");
        assertThat(api.at("/components/schemas/samples.PageSample/properties/items/items/$ref")
                        .asText())
                .isEqualTo("#/components/schemas/samples.Sample");

        assertThat(list.at("/parameters/0/description").asText()).contains("1 to 200");
        assertThat(list.at("/parameters/1/description").asText()).isEqualTo("Only open ones.");
        assertThat(statuses(list)).containsExactlyInAnyOrder("200", "400", "406", "default");

        JsonNode create = api.at("/paths/~1api~1v1~1samples/post");
        assertThat(statuses(create))
                .containsExactlyInAnyOrder("202", "400", "401", "403", "406", "409", "413", "415", "default");
        assertThat(create.at("/security/0/bearerAuth").isArray()).isTrue();
        assertThat(create.at("/description").asText()).contains("admin, service");
        assertThat(create.at("/responses/202/content/application~1json/schema/$ref")
                        .asText())
                .isEqualTo("#/components/schemas/samples.Sample");
        assertThat(create.at("/requestBody/content/application~1json/schema/$ref")
                        .asText())
                .isEqualTo("#/components/schemas/samples.Sample");

        JsonNode one = api.at("/paths/~1api~1v1~1samples~1{id}");
        assertThat(one.at("/get/responses/200").isMissingNode()).isFalse();
        assertThat(one.at("/delete/responses/204").isMissingNode()).isFalse();
        assertThat(one.at("/patch/requestBody/content").has("application/merge-patch+json"))
                .isTrue();
        assertThat(one.at("/get/parameters").toString()).contains("\"If-None-Match\"");
        assertThat(statuses(one.at("/get")))
                .containsExactlyInAnyOrder("200", "304", "400", "401", "403", "404", "406", "default");
        assertThat(statuses(one.at("/patch"))).contains("412", "428");
        JsonNode other = api.at("/paths/~1api~1v1~1samples~1{id}~1close~1{how}/post");
        assertThat(other.at("/operationId").asText()).isEqualTo("samples-list-2");
        assertThat(other.at("/parameters").toString()).contains("\"how\"");
        assertThat(other.at("/requestBody/required").asBoolean())
                .as("may be left out")
                .isFalse();
        assertThat(other.at("/requestBody/content/application~1json/schema/$ref")
                        .asText())
                .isEqualTo("#/components/schemas/samples.Part");
        assertThat(api.at("/paths").has("/api/v1/samples/secret")).isFalse();
        assertThat(api.at("/paths").has("/openapi.json")).isTrue();

        JsonNode sample = api.at("/components/schemas/samples.Sample/properties");
        assertThat(sample.at("/createdAt/format").asText()).isEqualTo("date-time");
        assertThat(sample.at("/note/type").asText()).isEqualTo("string");
        assertThat(sample.at("/note/nullable").asBoolean()).isTrue();
        assertThat(sample.at("/id/nullable").asBoolean()).isFalse();
        assertThat(api.at("/components/schemas/samples.PageSample/properties/next/nullable")
                        .asBoolean())
                .isTrue();
        assertThat(sample.at("/isGift/type").asText()).isEqualTo("boolean");
        assertThat(sample.at("/state/enum").toString()).isEqualTo("[\"open\",\"rolled-back\"]");
        assertThat(sample.at("/parts/items/$ref").asText()).isEqualTo("#/components/schemas/samples.Part");
        assertThat(sample.at("/metadata/additionalProperties/type").asText()).isEqualTo("string");
        assertThat(sample.at("/tags").toString()).isEqualTo("{\"type\":\"object\",\"additionalProperties\":true}");
        assertThat(sample.at("/more/type").asText()).isEqualTo("object");
        assertThat(sample.at("/more/nullable").asBoolean()).isTrue();
    }

    private static List<String> statuses(JsonNode operation) {
        List<String> statuses = new ArrayList<>();
        operation.path("responses").fieldNames().forEachRemaining(statuses::add);
        return statuses;
    }

    /** What stands beside a reference does not count in OpenAPI 3.0. */
    @Test
    void anOptionalReferenceIsNullable() throws IOException {
        JsonNode api = describe(version("samples", SampleResource.class));
        JsonNode main = api.at("/components/schemas/samples.Sample/properties/main");
        assertThat(main.at("/nullable").asBoolean()).isTrue();
        assertThat(main.at("/allOf/0/$ref").asText()).isEqualTo("#/components/schemas/samples.Part");
    }

    @Test
    void everyReferenceLeadsSomewhere() throws IOException {
        JsonNode api = describe(version("samples", SampleResource.class));
        List<String> references = api.findValuesAsText("$ref");
        assertThat(references).isNotEmpty();
        for (String reference : references) {
            assertThat(api.at(reference.substring(1)).isMissingNode())
                    .as(reference)
                    .isFalse();
        }
    }

    @Test
    void followsWhatIsInstalled() {
        OpenApiResource resource = new OpenApiResource("0.1.0");
        List<CapabilityVersion> installed = new ArrayList<>();
        resource.setCapabilities(() -> List.copyOf(installed));
        byte[] empty = bytes(resource);
        assertThat(new String(empty, StandardCharsets.UTF_8)).doesNotContain("samples");
        installed.add(version("samples", SampleResource.class));
        byte[] one = bytes(resource);
        assertThat(new String(one, StandardCharsets.UTF_8)).contains("/api/v1/samples");
        assertThat(bytes(resource)).isSameAs(one);
        installed.clear();
        assertThat(bytes(resource)).isEqualTo(empty);
    }

    private static byte[] bytes(OpenApiResource resource) {
        return resource.document();
    }

    @Test
    void letsGoOfTheClassesItDescribed() throws Exception {
        List<Object> kept = new ArrayList<>();
        WeakReference<ClassLoader> loader = describeInOwnLoader(kept);
        for (int i = 0; i < 50 && loader.get() != null; i++) {
            System.gc();
        }
        assertThat(loader.get()).as("class loader of a capability that is gone").isNull();
        assertThat(kept).isNotEmpty();
    }

    /** Describes and serves a resource of a loader of its own; the provider of the application goes with it. */
    private static WeakReference<ClassLoader> describeInOwnLoader(List<Object> kept) throws Exception {
        ClassLoader loader = new OwnLoader(SampleResource.class.getName());
        Class<?> resource = loader.loadClass(SampleResource.class.getName());
        assertThat(resource).isNotSameAs(SampleResource.class);
        OpenApiResource api = new OpenApiResource("0.1.0");
        List<CapabilityVersion> installed = new ArrayList<>(List.of(version("samples", resource)));
        api.setCapabilities(() -> List.copyOf(installed));
        assertThat(new String(bytes(api), StandardCharsets.UTF_8)).contains("samples.Sample");
        installed.clear();
        kept.add(api);

        JsonBody body = new JsonBody(new JsonLimits(32, 1000, 100));
        Class<?> part = loader.loadClass(SampleResource.class.getName() + "$Part");
        @SuppressWarnings("unchecked")
        Class<Object> type = (Class<Object>) part;
        Object read = body.readFrom(
                type,
                part,
                part.getAnnotations(),
                MediaType.APPLICATION_JSON_TYPE,
                new MultivaluedHashMap<>(),
                new java.io.ByteArrayInputStream("{\"name\":\"x\",\"amount\":1}".getBytes(StandardCharsets.UTF_8)));
        body.writeTo(
                read,
                part,
                part,
                part.getAnnotations(),
                MediaType.APPLICATION_JSON_TYPE,
                new MultivaluedHashMap<>(),
                new java.io.ByteArrayOutputStream());
        return new WeakReference<>(loader);
    }

    /** Defines one class and those inside it anew, as the loader of a capability bundle would. */
    private static final class OwnLoader extends ClassLoader {
        private final String prefix;

        OwnLoader(String prefix) {
            super(OpenApiResourceTest.class.getClassLoader());
            this.prefix = prefix;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(prefix)) {
                return super.loadClass(name, resolve);
            }
            Class<?> known = findLoadedClass(name);
            if (known != null) {
                return known;
            }
            try (InputStream content = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = content.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException unreadable) {
                throw new ClassNotFoundException(name, unreadable);
            }
        }
    }
}
