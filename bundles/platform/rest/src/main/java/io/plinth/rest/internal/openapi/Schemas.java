package io.plinth.rest.internal.openapi;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.plinth.rest.JsonObject;
import io.plinth.rest.Page;
import io.plinth.rest.internal.json.JsonLimits;
import io.plinth.rest.internal.json.StrictMapper;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.converter.ResolvedSchema;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Schemas of one capability's types. Swagger's shared converters and mapper would keep its classes for good; these are
 * thrown away with the document.
 */
final class Schemas {
    private final ModelConverters converters = new ModelConverters();
    private final Components components;

    Schemas(String capability, Components components) {
        this.components = components;
        // The mapper of the resources, so that the description says what they do.
        ObjectMapper mapper = StrictMapper.create(new JsonLimits(32, 1000, 100));
        converters.addConverter(new ModelResolver(mapper, new PrefixedNames(capability)));
        converters.addConverter(new NullableComponents(mapper));
    }

    /** The schema, or a reference to it; empty for a type that has none, such as {@code void}. */
    Optional<Schema<?>> of(Type type) {
        ResolvedSchema resolved = converters.resolveAsResolvedSchema(new AnnotatedType(type).resolveAsRef(true));
        if (resolved == null || resolved.schema == null) {
            return Optional.empty();
        }
        resolved.referencedSchemas.forEach(components::addSchemas);
        return Optional.of(resolved.schema);
    }

    /** Marks what is written as null: an empty {@code Optional}, and the cursor behind the last page. */
    private record NullableComponents(ObjectMapper mapper) implements ModelConverter {
        @Override
        @SuppressWarnings("rawtypes")
        public @Nullable Schema resolve(
                AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> chain) {
            if (!chain.hasNext()) {
                return null;
            }
            Class<?> raw = mapper.constructType(type.getType()).getRawClass();
            if (raw == JsonObject.class) {
                return new ObjectSchema().additionalProperties(true);
            }
            Schema<?> schema = chain.next().resolve(type, context, chain);
            if (raw.isRecord() && schema != null) {
                Schema<?> model = schema.get$ref() == null
                        ? schema
                        : context.getDefinedModels()
                                .get(schema.get$ref().substring(schema.get$ref().lastIndexOf('/') + 1));
                mark(raw, model);
            }
            return schema;
        }

        private static void mark(Class<?> raw, @Nullable Schema<?> model) {
            if (model == null || model.getProperties() == null) {
                return;
            }
            for (RecordComponent component : raw.getRecordComponents()) {
                Schema<?> property = model.getProperties().get(component.getName());
                boolean isNullable = component.getType() == Optional.class
                        || (raw == Page.class && component.getName().equals("next"));
                if (!isNullable || property == null) {
                    continue;
                }
                if (property.get$ref() == null) {
                    property.setNullable(true);
                } else {
                    // What stands beside a reference does not count in OpenAPI 3.0.
                    model.getProperties()
                            .put(
                                    component.getName(),
                                    new Schema<>().nullable(true).addAllOfItem(property));
                }
            }
        }
    }
}
