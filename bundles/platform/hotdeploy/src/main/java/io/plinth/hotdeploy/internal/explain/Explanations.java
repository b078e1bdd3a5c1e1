package io.plinth.hotdeploy.internal.explain;

import io.plinth.capability.CapabilityHeader;
import io.plinth.capability.CapabilityOperations.Explanation;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/** Why a version of a capability does not come up, in words: one line that a person understands, and the details. */
public final class Explanations {
    private Explanations() {}

    /**
     * What a bundle needs and nothing provides: packages, bundles, Java itself, extenders, contracts, services.
     *
     * @param bundle installed, not resolved
     * @param alsoInPackage bundles that come with it
     * @return empty when nothing is missing; the details are one sentence for each requirement
     */
    public static Optional<Explanation> missing(
            Bundle bundle, FrameworkWiring wiring, Collection<Bundle> alsoInPackage) {
        List<String> sentences = new MissingRequirements(wiring, alsoInPackage).sentences(bundle);
        return sentences.isEmpty() ? Optional.empty() : Optional.of(new Explanation(first(sentences), sentences));
    }

    /**
     * What an exception means.
     *
     * @param subject of whom, for people: {@code users 1.4.0}
     * @param thrown while its bundles were installed, migrated or started
     */
    public static Explanation of(String subject, Throwable thrown) {
        return Failure.of(thrown).explain(subject);
    }

    /**
     * Which components of a started bundle do not run, and what they wait for in the end.
     *
     * @return empty when all of them do
     */
    public static Optional<Explanation> unsatisfied(Bundle bundle, ServiceComponentRuntime runtime) {
        List<String> sentences = new UnsatisfiedComponents(bundle, runtime).sentences();
        return sentences.isEmpty() ? Optional.empty() : Optional.of(new Explanation(sentences.get(0), sentences));
    }

    /** The name that people know a bundle by: {@code users 1.4.0}. */
    public static String subject(Bundle bundle) {
        String header = bundle.getHeaders("").get(CapabilityHeader.NAME);
        String name = header == null ? bundle.getSymbolicName() : header.split(";", 2)[0].strip();
        return name + " " + bundle.getVersion();
    }

    private static String first(List<String> sentences) {
        int more = sentences.size() - 1;
        return sentences.get(0) + (more == 0 ? "" : " (and " + more + " more)");
    }
}
