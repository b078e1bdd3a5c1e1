package io.plinth.rest.internal.openapi;

import com.fasterxml.jackson.databind.JavaType;
import io.swagger.v3.core.jackson.TypeNameResolver;
import java.util.Set;

/** Names of schemas: capability, then class with those around it, so that two capabilities may each have an {@code Item}. */
final class PrefixedNames extends TypeNameResolver {
    private final String prefix;
    private final String capitalised;

    PrefixedNames(String capability) {
        prefix = capability + '.';
        capitalised = Character.toUpperCase(prefix.charAt(0)) + prefix.substring(1);
    }

    @Override
    public String nameForType(JavaType type, Set<Options> options) {
        // A generic type has its parameters' names inside its own; one prefix is enough.
        String name = super.nameForType(type, options);
        return prefix + name.replace(prefix, "").replace(capitalised, "");
    }

    @Override
    protected String getNameOfClass(Class<?> type) {
        StringBuilder name = new StringBuilder(type.getSimpleName());
        for (Class<?> outer = type.getEnclosingClass(); outer != null; outer = outer.getEnclosingClass()) {
            if (!outer.getSimpleName().endsWith("Resource")) {
                name.insert(0, outer.getSimpleName());
            }
        }
        return name.toString();
    }
}
