package io.plinth.rest.internal.openapi;

import io.plinth.rest.internal.json.JsonLimits;
import io.plinth.rest.internal.json.StrictMapper;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.converter.ResolvedSchema;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.Type;
import java.util.Optional;

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
        converters.addConverter(
                new ModelResolver(StrictMapper.create(new JsonLimits(32, 1000, 100)), new PrefixedNames(capability)));
    }

    /** The schema, or a reference to it; empty for a type that has none, such as {@code void}. */
    Optional<Schema<?>> of(Type type) {
        ResolvedSchema resolved = converters.readAllAsResolvedSchema(new AnnotatedType(type).resolveAsRef(true));
        if (resolved == null || resolved.schema == null) {
            return Optional.empty();
        }
        resolved.referencedSchemas.forEach(components::addSchemas);
        return Optional.of(resolved.schema);
    }
}
