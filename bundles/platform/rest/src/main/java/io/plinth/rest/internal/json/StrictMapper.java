package io.plinth.rest.internal.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.databind.type.TypeFactory;
import com.fasterxml.jackson.databind.util.LRUMap;
import com.fasterxml.jackson.databind.util.LookupCache;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.plinth.rest.JsonObject;
import java.time.Instant;

/**
 * The platform's JSON: nothing is guessed, nothing is ignored. Every call makes a mapper with caches of its own, since
 * they hold classes of the application and must go with it.
 */
public final class StrictMapper {
    private static final int TYPES_MAX = 512;

    private StrictMapper() {}

    public static ObjectMapper create(JsonLimits limits) {
        JsonMapper.Builder builder = JsonMapper.builder(factory(limits))
                .typeFactory(TypeFactory.defaultInstance().withCache(ownTypes()))
                .annotationIntrospector(new LowerCaseEnums())
                .addModule(new Jdk8Module().configureReadAbsentAsNull(true))
                .addModule(new JavaTimeModule())
                .addModule(new SimpleModule("plinth")
                        .addDeserializer(Instant.class, new InstantText())
                        .addDeserializer(JsonObject.class, new CanonicalObject.Reader())
                        .addSerializer(JsonObject.class, new CanonicalObject.Writer()))
                .enable(
                        DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                        DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                        DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS,
                        DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
                        DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY,
                        DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .disable(
                        SerializationFeature.WRITE_DATES_AS_TIMESTAMPS,
                        SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS);
        for (LogicalType type : LogicalType.values()) {
            builder.withCoercionConfig(type, config -> {
                config.setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail);
                config.setCoercion(CoercionInputShape.EmptyArray, CoercionAction.Fail);
            });
        }
        refuse(
                builder,
                LogicalType.Textual,
                CoercionInputShape.Integer,
                CoercionInputShape.Float,
                CoercionInputShape.Boolean);
        refuse(
                builder,
                LogicalType.Integer,
                CoercionInputShape.Float,
                CoercionInputShape.String,
                CoercionInputShape.Boolean);
        refuse(builder, LogicalType.Float, CoercionInputShape.String, CoercionInputShape.Boolean);
        refuse(
                builder,
                LogicalType.Boolean,
                CoercionInputShape.Integer,
                CoercionInputShape.Float,
                CoercionInputShape.String);
        return builder.build();
    }

    private static void refuse(JsonMapper.Builder builder, LogicalType target, CoercionInputShape... shapes) {
        builder.withCoercionConfig(target, config -> {
            for (CoercionInputShape shape : shapes) {
                config.setCoercion(shape, CoercionAction.Fail);
            }
        });
    }

    private static LookupCache<Object, JavaType> ownTypes() {
        return new LRUMap<>(16, TYPES_MAX);
    }

    private static JsonFactory factory(JsonLimits limits) {
        return JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(limits.depth())
                        .maxStringLength(limits.stringLength())
                        .maxNumberLength(limits.numberLength())
                        .maxNameLength(JsonLimits.NAME_LENGTH)
                        .build())
                // Names come from outside: a shared table of them could be filled up.
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .build();
    }
}
