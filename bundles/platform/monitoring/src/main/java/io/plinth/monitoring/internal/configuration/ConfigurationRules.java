package io.plinth.monitoring.internal.configuration;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.metatype.AttributeDefinition;
import org.osgi.service.metatype.MetaTypeInformation;
import org.osgi.service.metatype.MetaTypeService;
import org.osgi.service.metatype.ObjectClassDefinition;

/** Compares a configuration with the keys and ranges that its component declares. */
final class ConfigurationRules {
    /** What the framework and the file installer put into each configuration. */
    private static final List<String> TECHNICAL = List.of("service.", "felix.", "component.", "org.apache.karaf.", ".");

    private final BundleContext context;
    private final MetaTypeService metaTypes;

    ConfigurationRules(BundleContext context, MetaTypeService metaTypes) {
        this.context = context;
        this.metaTypes = metaTypes;
    }

    /** Whether the PID belongs to a capability of the distribution that an administrator has removed. */
    boolean isAbsentCapability(String pid) {
        String home = context.getProperty("plinth.home");
        if (home == null || !declared(pid).isEmpty()) {
            return false;
        }
        String[] files = Path.of(home, "capabilities").toFile().list((folder, name) -> name.startsWith(pid + "-"));
        return files != null && files.length > 0;
    }

    /**
     * What is wrong with a configuration.
     *
     * @param source file or PID it comes from, for the message
     * @return one line; empty when every key is known and every number in its range, or when no bundle declares the PID and
     *     it has no key
     */
    String complaint(String pid, String source, Dictionary<String, Object> properties) {
        Map<String, Object> values = new TreeMap<>();
        properties.keys().asIterator().forEachRemaining(key -> {
            if (TECHNICAL.stream().noneMatch(key::startsWith)) {
                values.put(key, properties.get(key));
            }
        });
        return values.isEmpty() ? "" : complaint(source, values, declared(pid), pid);
    }

    private static String complaint(
            String source, Map<String, Object> values, Map<String, AttributeDefinition> known, String pid) {
        if (known.isEmpty()) {
            return source + " configures " + pid + ", which no installed bundle knows. Mend its name, or remove it.";
        }
        TreeSet<String> unknown = new TreeSet<>(values.keySet());
        unknown.removeAll(known.keySet());
        if (!unknown.isEmpty()) {
            return source + " has unknown keys: " + String.join(", ", unknown) + ". Known are: "
                    + String.join(", ", known.keySet()) + ".";
        }
        for (Map.Entry<String, AttributeDefinition> key : known.entrySet()) {
            Object value = values.get(key.getKey());
            if (value != null && !isAllowed(key.getValue(), value)) {
                return source + ": " + key.getKey() + " is " + value + ", which is out of its range: "
                        + key.getValue().getDescription();
            }
        }
        return "";
    }

    /** Only numbers have ranges; a text may hold what the validation takes for a list. */
    private static boolean isAllowed(AttributeDefinition definition, Object value) {
        int type = definition.getType();
        if (type != AttributeDefinition.INTEGER && type != AttributeDefinition.LONG) {
            return true;
        }
        String complaint = definition.validate(value.toString().strip());
        return complaint == null || complaint.isEmpty();
    }

    private Map<String, AttributeDefinition> declared(String pid) {
        Map<String, AttributeDefinition> known = new TreeMap<>();
        for (Bundle bundle : context.getBundles()) {
            if (String.valueOf(bundle.getSymbolicName()).startsWith("io.plinth.")) {
                declared(bundle, pid).forEach(attribute -> known.put(attribute.getID(), attribute));
            }
        }
        return known;
    }

    private List<AttributeDefinition> declared(Bundle bundle, String pid) {
        MetaTypeInformation information = metaTypes.getMetaTypeInformation(bundle);
        if (information == null || !Arrays.asList(information.getPids()).contains(pid)) {
            return List.of();
        }
        ObjectClassDefinition definition = information.getObjectClassDefinition(pid, null);
        return List.of(definition.getAttributeDefinitions(ObjectClassDefinition.ALL));
    }
}
