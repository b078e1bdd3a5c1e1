package io.plinth.rest.internal.openapi;

import io.swagger.v3.core.jackson.TypeNameResolver;

/** Names of schemas: capability, then class with those around it, so that two capabilities may each have an {@code Item}. */
final class PrefixedNames extends TypeNameResolver {
    private final String capability;

    PrefixedNames(String capability) {
        this.capability = capability;
    }

    @Override
    protected String getNameOfClass(Class<?> type) {
        StringBuilder name = new StringBuilder(type.getSimpleName());
        for (Class<?> outer = type.getEnclosingClass(); outer != null; outer = outer.getEnclosingClass()) {
            if (!outer.getSimpleName().endsWith("Resource")) {
                name.insert(0, outer.getSimpleName());
            }
        }
        return name.insert(0, '.').insert(0, capability).toString();
    }
}
