package io.plinth.hotdeploy.internal.explain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.framework.Bundle;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/** Finds the components of a bundle that do not run, and follows what they wait for to its cause. */
final class UnsatisfiedComponents {
    private static final String REQUIRE = "require";

    private final Bundle bundle;
    private final ServiceComponentRuntime runtime;

    /** A cause, and whether it is one that another unsatisfied component explains. */
    private record Found(String sentence, boolean isConsequence) {}

    UnsatisfiedComponents(Bundle bundle, ServiceComponentRuntime runtime) {
        this.bundle = bundle;
        this.runtime = runtime;
    }

    /** The deepest causes first, each once. */
    List<String> sentences() {
        Set<String> causes = new LinkedHashSet<>();
        Set<String> consequences = new LinkedHashSet<>();
        for (ComponentDescriptionDTO component : runtime.getComponentDescriptionDTOs(bundle)) {
            for (Found found : problems(component, new HashSet<>())) {
                (found.isConsequence() ? consequences : causes).add(found.sentence());
            }
        }
        causes.addAll(consequences);
        return List.copyOf(causes);
    }

    private List<Found> problems(ComponentDescriptionDTO component, Set<String> asked) {
        if (!asked.add(component.bundle.id + " " + component.name)) {
            return List.of();
        }
        String subject = subject(component) + ": component " + component.name;
        if (!runtime.isComponentEnabled(component)) {
            return List.of(new Found(subject + " is switched off", false));
        }
        Collection<ComponentConfigurationDTO> configurations = runtime.getComponentConfigurationDTOs(component);
        List<Found> found = new ArrayList<>();
        if (configurations.isEmpty() && REQUIRE.equals(component.configurationPolicy)) {
            found.add(waitsForConfiguration(subject, component));
        }
        for (ComponentConfigurationDTO configuration : configurations) {
            switch (configuration.state) {
                case ComponentConfigurationDTO.FAILED_ACTIVATION -> found.add(failed(component, configuration));
                case ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION ->
                    found.add(waitsForConfiguration(subject, component));
                case ComponentConfigurationDTO.UNSATISFIED_REFERENCE -> {
                    for (UnsatisfiedReferenceDTO reference : configuration.unsatisfiedReferences) {
                        found.addAll(waitsForService(subject, component, reference, asked));
                    }
                }
                default -> {
                    // Satisfied, or active.
                }
            }
        }
        return found;
    }

    private static Found waitsForConfiguration(String subject, ComponentDescriptionDTO component) {
        String pids = component.configurationPid == null || component.configurationPid.length == 0
                ? component.name
                : String.join(" and ", component.configurationPid);
        return new Found(subject + " waits for configuration " + pids, false);
    }

    private Found failed(ComponentDescriptionDTO component, ComponentConfigurationDTO configuration) {
        String trace = configuration.failure == null ? "" : configuration.failure;
        String where = "activate of " + component.name;
        String subject = isOwn(component)
                ? Explanations.subject(bundle)
                : component.bundle.symbolicName + " " + component.bundle.version;
        return new Found(
                trace.isBlank()
                        ? subject + " failed in " + where
                        : Failure.parse(trace, where).explain(subject).line(),
                false);
    }

    private List<Found> waitsForService(
            String subject, ComponentDescriptionDTO component, UnsatisfiedReferenceDTO missing, Set<String> asked) {
        String service = interfaceName(component, missing.name);
        String target = missing.target == null || missing.target.isEmpty() ? "" : " with " + missing.target;
        String waits = subject + " waits for a service " + service + target;
        for (ComponentDescriptionDTO provider : providers(service)) {
            List<Found> deeper = problems(provider, asked);
            if (!deeper.isEmpty()) {
                List<Found> chain = new ArrayList<>(deeper);
                chain.add(new Found(waits + " of component " + provider.name, true));
                return chain;
            }
            if (asked.contains(provider.bundle.id + " " + provider.name) && !isRunning(provider)) {
                return List.of(new Found(waits + " of component " + provider.name + ", which waits too", true));
            }
        }
        return List.of(new Found(waits + ", which nobody offers", false));
    }

    private boolean isRunning(ComponentDescriptionDTO component) {
        return runtime.getComponentConfigurationDTOs(component).stream()
                .anyMatch(configuration -> configuration.state == ComponentConfigurationDTO.ACTIVE
                        || configuration.state == ComponentConfigurationDTO.SATISFIED);
    }

    /** Components of any bundle that would offer the service, those of this bundle first. */
    private List<ComponentDescriptionDTO> providers(String service) {
        List<ComponentDescriptionDTO> providers = new ArrayList<>();
        for (ComponentDescriptionDTO each : runtime.getComponentDescriptionDTOs()) {
            if (Arrays.asList(each.serviceInterfaces).contains(service)) {
                providers.add(isOwn(each) ? 0 : providers.size(), each);
            }
        }
        return providers;
    }

    private static String interfaceName(ComponentDescriptionDTO component, String reference) {
        Optional<ReferenceDTO> described = Arrays.stream(component.references)
                .filter(each -> reference.equals(each.name))
                .findFirst();
        return described.map(each -> each.interfaceName).orElse(reference);
    }

    private String subject(ComponentDescriptionDTO component) {
        return isOwn(component)
                ? Explanations.subject(bundle)
                : Explanations.subject(bundle) + " needs " + component.bundle.symbolicName + " "
                        + component.bundle.version;
    }

    private boolean isOwn(ComponentDescriptionDTO component) {
        return component.bundle.id == bundle.getBundleId();
    }
}
