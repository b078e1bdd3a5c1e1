package io.plinth.rest.internal.json;

import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import java.util.Locale;

/** Constants are lower-case words joined by hyphens in JSON: {@code ROLLED_BACK} is {@code "rolled-back"}. */
final class LowerCaseEnums extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1L;

    @Override
    public String[] findEnumValues(
            MapperConfig<?> config, AnnotatedClass annotatedClass, Enum<?>[] constants, String[] names) {
        return fill(super.findEnumValues(config, annotatedClass, constants, names), constants);
    }

    /** What Swagger still asks. */
    @Override
    @Deprecated
    @SuppressWarnings("deprecation")
    public String[] findEnumValues(Class<?> type, Enum<?>[] constants, String[] names) {
        return fill(super.findEnumValues(type, constants, names), constants);
    }

    private static String[] fill(String[] explicit, Enum<?>[] constants) {
        for (int i = 0; i < constants.length; i++) {
            if (explicit[i] == null) {
                explicit[i] = nameOf(constants[i]);
            }
        }
        return explicit;
    }

    static String nameOf(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
