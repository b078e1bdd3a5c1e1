package io.plinth.hotdeploy.internal.explain;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.Version;
import org.osgi.framework.namespace.BundleNamespace;
import org.osgi.framework.namespace.ExecutionEnvironmentNamespace;
import org.osgi.framework.namespace.HostNamespace;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.resource.Capability;
import org.osgi.resource.Namespace;
import org.osgi.resource.Requirement;
import org.osgi.resource.Resource;

/** Finds the mandatory requirements of a bundle that nothing provides. */
final class MissingRequirements {
    private static final String SERVICE = "osgi.service";
    private static final String OBJECT_CLASS = "objectClass";
    private static final String DYNAMIC = "dynamic";
    /** Providers that themselves lack something are followed so far. */
    private static final int DEPTH_MAX = 8;

    private final FrameworkWiring wiring;
    private final List<Bundle> alsoInPackage;

    MissingRequirements(FrameworkWiring wiring, Collection<Bundle> alsoInPackage) {
        this.wiring = wiring;
        this.alsoInPackage = List.copyOf(alsoInPackage);
    }

    List<String> sentences(Bundle bundle) {
        return sentences(bundle, new HashSet<>());
    }

    private List<String> sentences(Bundle bundle, Set<Bundle> asked) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        // Bundles that need each other don't lack anything for that.
        if (revision == null || revision.getWiring() != null || asked.size() >= DEPTH_MAX || !asked.add(bundle)) {
            return List.of();
        }
        List<String> sentences = new ArrayList<>();
        for (BundleRequirement requirement : revision.getDeclaredRequirements(null)) {
            if (isMandatory(requirement)) {
                explain(bundle, requirement, asked).ifPresent(sentences::add);
            }
        }
        return sentences;
    }

    private static boolean isMandatory(Requirement requirement) {
        Map<String, String> directives = requirement.getDirectives();
        String resolution = directives.getOrDefault(Namespace.REQUIREMENT_RESOLUTION_DIRECTIVE, "");
        String effective =
                directives.getOrDefault(Namespace.REQUIREMENT_EFFECTIVE_DIRECTIVE, Namespace.EFFECTIVE_RESOLVE);
        return !resolution.equals(Namespace.RESOLUTION_OPTIONAL)
                && !resolution.equals(DYNAMIC)
                && (effective.equals(Namespace.EFFECTIVE_RESOLVE) || effective.equals(Namespace.EFFECTIVE_ACTIVE));
    }

    private Optional<String> explain(Bundle bundle, BundleRequirement requirement, Set<Bundle> asked) {
        List<Bundle> providers = Stream.concat(
                        wiring.findProviders(requirement).stream(), offeredInPackage(requirement))
                .map(capability -> capability.getRevision().getBundle())
                .distinct()
                .toList();
        if (providers.isEmpty()) {
            return isRegisteredService(requirement)
                    ? Optional.empty()
                    : Optional.of(Explanations.subject(bundle) + " " + words(requirement));
        }
        String because = "";
        for (Bundle provider : providers) {
            List<String> missing = sentences(provider, asked);
            if (missing.isEmpty()) {
                return Optional.empty();
            }
            because = missing.get(0);
        }
        return Optional.of(Explanations.subject(bundle) + " needs " + what(requirement) + ", but " + because);
    }

    private Stream<BundleCapability> offeredInPackage(BundleRequirement requirement) {
        return alsoInPackage.stream()
                .flatMap(bundle -> Stream.ofNullable(bundle.adapt(BundleRevision.class)))
                .flatMap(revision -> revision.getDeclaredCapabilities(requirement.getNamespace()).stream())
                .filter(requirement::matches);
    }

    /** Not every bundle declares the services that it registers. */
    private boolean isRegisteredService(Requirement requirement) {
        String filter = requirement.getDirectives().get(Namespace.REQUIREMENT_FILTER_DIRECTIVE);
        if (!requirement.getNamespace().equals(SERVICE) || filter == null) {
            return false;
        }
        try {
            return wiring.getBundle().getBundleContext().getAllServiceReferences(null, filter) != null;
        } catch (InvalidSyntaxException wrong) {
            return false;
        }
    }

    private String words(Requirement requirement) {
        Optional<RequirementFilter> filter = filter(requirement);
        if (requirement.getNamespace().equals(ExecutionEnvironmentNamespace.EXECUTION_ENVIRONMENT_NAMESPACE)) {
            return filter.filter(asked -> asked.name().equals("JavaSE"))
                    .map(asked -> "was built for Java " + asked.range() + ", the server runs on "
                            + Runtime.version().feature())
                    .orElse("needs " + what(requirement) + ", the server runs on Java "
                            + Runtime.version().feature());
        }
        if (requirement.getNamespace().equals(SERVICE)) {
            return "needs " + what(requirement) + ", which nobody offers";
        }
        Set<Version> there = filter.map(asked -> versions(requirement.getNamespace(), asked.name()))
                .orElse(Set.of());
        return "needs " + what(requirement) + ", "
                + (there.isEmpty()
                        ? "which the server does not have"
                        : "the server has "
                                + String.join(
                                        " and ",
                                        there.stream().map(Version::toString).toList()));
    }

    private static String what(Requirement requirement) {
        String namespace = requirement.getNamespace();
        Object text = filter(requirement)
                .<Object>map(asked -> asked)
                .orElse(requirement.getDirectives().getOrDefault(Namespace.REQUIREMENT_FILTER_DIRECTIVE, ""));
        return switch (namespace) {
            case PackageNamespace.PACKAGE_NAMESPACE -> "package " + text;
            case BundleNamespace.BUNDLE_NAMESPACE -> "bundle " + text;
            case HostNamespace.HOST_NAMESPACE -> "bundle " + text + " as the host of this fragment";
            case ExecutionEnvironmentNamespace.EXECUTION_ENVIRONMENT_NAMESPACE -> "execution environment " + text;
            case SERVICE -> "a service " + text;
            case "osgi.extender" -> "extender " + text;
            case "osgi.contract" -> "contract " + text;
            case "osgi.implementation" -> "implementation " + text;
            default -> namespace + " " + text;
        };
    }

    private static Optional<RequirementFilter> filter(Requirement requirement) {
        String namespace = requirement.getNamespace();
        return RequirementFilter.parse(
                namespace.equals(SERVICE) ? OBJECT_CLASS : namespace,
                requirement.getDirectives().get(Namespace.REQUIREMENT_FILTER_DIRECTIVE));
    }

    private Set<Version> versions(String namespace, String name) {
        Set<Version> versions = new TreeSet<>();
        for (Capability capability :
                wiring.findProviders(new AnyVersion(namespace, "(" + namespace + "=" + name + ")"))) {
            Object version = capability
                    .getAttributes()
                    .get(
                            namespace.equals(BundleNamespace.BUNDLE_NAMESPACE)
                                            || namespace.equals(HostNamespace.HOST_NAMESPACE)
                                    ? BundleNamespace.CAPABILITY_BUNDLE_VERSION_ATTRIBUTE
                                    : "version");
            if (version instanceof Version one) {
                versions.add(one);
            } else if (version instanceof Collection<?> several) {
                several.stream()
                        .filter(Version.class::isInstance)
                        .map(Version.class::cast)
                        .forEach(versions::add);
            }
        }
        return versions;
    }

    /** Asks for a name, whatever its version. */
    private record AnyVersion(String namespace, String filter) implements Requirement {
        @Override
        public String getNamespace() {
            return namespace;
        }

        @Override
        public Map<String, String> getDirectives() {
            return Map.of(Namespace.REQUIREMENT_FILTER_DIRECTIVE, filter);
        }

        @Override
        public Map<String, Object> getAttributes() {
            return Map.of();
        }

        @Override
        @SuppressWarnings("NullAway") // Nobody's requirement: the specification lets it have no resource.
        public Resource getResource() {
            return null;
        }
    }
}
