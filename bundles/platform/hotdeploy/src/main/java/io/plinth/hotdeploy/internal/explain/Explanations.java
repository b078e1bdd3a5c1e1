package io.plinth.hotdeploy.internal.explain;

import io.plinth.capability.CapabilityOperations.Explanation;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/** Stand-in until the branch comes. */
public final class Explanations {
    private Explanations() {}

    public static Explanation of(String who, Throwable failed) {
        return new Explanation(who + ": " + failed, List.of());
    }

    public static List<String> missing(Bundle bundle, FrameworkWiring wiring, Collection<Bundle> also) {
        return List.of();
    }

    public static Explanation lines(List<String> lines) {
        return new Explanation(lines.get(0), lines);
    }

    public static Optional<Explanation> failed(String who, Bundle bundle, ServiceComponentRuntime runtime) {
        return Optional.empty();
    }

    public static Explanation unsatisfied(String who, Bundle bundle, ServiceComponentRuntime runtime) {
        return new Explanation(who + " is not satisfied", List.of());
    }
}
