package io.plinth.monitoring.internal.configuration;

import java.util.Arrays;
import java.util.Dictionary;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.metatype.AttributeDefinition;
import org.osgi.service.metatype.MetaTypeInformation;
import org.osgi.service.metatype.MetaTypeService;
import org.osgi.service.metatype.ObjectClassDefinition;

/** Compares the keys of a configuration with those that its component declares. */
final class UnknownKeys {
    /** What the framework and the file installer put into each configuration. */
    private static final List<String> TECHNICAL = List.of("service.", "felix.", "component.", "org.apache.karaf.", ".");

    private final BundleContext context;
    private final MetaTypeService metaTypes;

    UnknownKeys(BundleContext context, MetaTypeService metaTypes) {
        this.context = context;
        this.metaTypes = metaTypes;
    }

    /**
     * What is wrong with a configuration.
     *
     * @param source file or PID it comes from, for the message
     * @return one line; empty when every key is known, or when no bundle declares the PID and it has no key
     */
    String complaint(String pid, String source, Dictionary<String, Object> properties) {
        Set<String> keys = new TreeSet<>();
        properties.keys().asIterator().forEachRemaining(key -> {
            if (TECHNICAL.stream().noneMatch(key::startsWith)) {
                keys.add(key);
            }
        });
        if (keys.isEmpty()) {
            return "";
        }
        Set<String> known = declared(pid);
        if (known.isEmpty()) {
            return source + " configures " + pid + ", which no installed bundle knows. Mend its name, or remove it.";
        }
        keys.removeAll(known);
        return keys.isEmpty()
                ? ""
                : source + " has unknown keys: " + String.join(", ", keys) + ". Known are: "
                        + String.join(", ", new TreeSet<>(known)) + ".";
    }

    private Set<String> declared(String pid) {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> String.valueOf(bundle.getSymbolicName()).startsWith("io.plinth."))
                .flatMap(bundle -> declared(bundle, pid).stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    private Set<String> declared(Bundle bundle, String pid) {
        MetaTypeInformation information = metaTypes.getMetaTypeInformation(bundle);
        if (information == null || !Arrays.asList(information.getPids()).contains(pid)) {
            return Set.of();
        }
        ObjectClassDefinition definition = information.getObjectClassDefinition(pid, null);
        return Arrays.stream(definition.getAttributeDefinitions(ObjectClassDefinition.ALL))
                .map(AttributeDefinition::getID)
                .collect(Collectors.toUnmodifiableSet());
    }
}
