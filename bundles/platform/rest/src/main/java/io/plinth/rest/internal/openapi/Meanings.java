package io.plinth.rest.internal.openapi;

import io.plinth.rest.Described;
import java.lang.reflect.AnnotatedElement;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What parameters mean. */
final class Meanings {
    /** Those that mean the same everywhere. */
    private static final Map<String, String> COMMON = Map.of(
            "limit", "Most items of the answer, 1 to 200; 50 if left out.",
            "cursor", "The member next of the page before; left out for the first page.",
            "If-Match", "Entity tag of the version that is changed; another current version answers 412.",
            "If-None-Match", "Entity tag of the version that the client has; unchanged answers 304.",
            "Idempotency-Key", "1 to 255 printable ASCII characters; the same request again gets the stored answer.");

    private Meanings() {}

    /** The sentence; {@code null} where nobody says it. */
    static @Nullable String of(AnnotatedElement parameter, String name) {
        Described described = parameter.getAnnotation(Described.class);
        return described == null ? COMMON.get(name) : described.value();
    }
}
