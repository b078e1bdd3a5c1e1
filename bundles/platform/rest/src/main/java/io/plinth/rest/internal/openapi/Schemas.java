package io.plinth.rest.internal.openapi;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.plinth.rest.internal.json.JsonLimits;
import io.plinth.rest.internal.json.StrictMapper;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.converter.ResolvedSchema;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.media.Schema;
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
    private final String pages;

    Schemas(String capability, Components components) {
        this.components = components;
        pages = capability + ".Page";
        // The mapper of the resources, so that the description says what they do.
        ObjectMapper mapper = StrictMapper.create(new JsonLimits(32, 1000, 100));
        converters.addConverter(new ModelResolver(mapper, new PrefixedNames(capability)));
        converters.addConverter(new NullableOptionals(mapper));
    }

    /** The schema, or a reference to it; empty for a type that has none, such as {@code void}. */
    Optional<Schema<?>> of(Type type) {
        ResolvedSchema resolved = converters.resolveAsResolvedSchema(new AnnotatedType(type).resolveAsRef(true));
        if (resolved == null || resolved.schema == null) {
            return Optional.empty();
        }
        resolved.referencedSchemas.forEach((name, schema) -> {
            if (name.startsWith(pages)
                    && schema.getProperties() != null
                    && schema.getProperties().get("next") != null) {
                // The last page has null here.
                ((Schema<?>) schema.getProperties().get("next")).setNullable(true);
            }
            components.addSchemas(name, schema);
        });
        return Optional.of(resolved.schema);
    }

    /** An {@code Optional} is written as null when it is empty. */
    private record NullableOptionals(ObjectMapper mapper) implements ModelConverter {
        @Override
        @SuppressWarnings("rawtypes")
        public @Nullable Schema resolve(
                AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> chain) {
            if (!chain.hasNext()) {
                return null;
            }
            boolean isOptional = mapper.constructType(type.getType()).isReferenceType();
            Schema<?> schema = chain.next().resolve(type, context, chain);
            if (isOptional && schema != null && schema.get$ref() == null) {
                schema.setNullable(true);
            }
            return schema;
        }
    }
}
