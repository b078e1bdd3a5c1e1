package io.plinth.hotdeploy.internal.operation;

import io.plinth.capability.CapabilityOperations.Explanation;
import io.plinth.capability.CapabilityOperations.Plan;
import io.plinth.hotdeploy.internal.SlotVersion;
import io.plinth.hotdeploy.internal.explain.Explanations;
import io.plinth.hotdeploy.internal.pack.CapabilityPackage;
import io.plinth.hotdeploy.internal.pack.CapabilityPackage.Part;
import io.plinth.hotdeploy.internal.pack.PackageRefusedException;
import io.plinth.tx.Migrations;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/** Looks at a package and at the server, and says what would happen. */
final class Planner {
    private static final String SIGNATURE_OFF = "off";

    private final Surroundings around;
    private final Object planning = new Object();

    Planner(Surroundings around) {
        this.around = around;
    }

    /** Whether the package may be taken at all. */
    void verify(Path file) throws PackageRefusedException {
        if (!around.config().signature().equals(SIGNATURE_OFF)) {
            around.signature().check(file);
        }
    }

    /**
     * Makes the plan and refuses it, if it must be.
     *
     * @param force whether bundles outside the slot may be refreshed
     */
    Plan check(CapabilityPackage taken, boolean force) throws StepFailedException {
        checkSlot(taken);
        Plan plan = plan(taken);
        if (!plan.missing().isEmpty()) {
            throw new StepFailedException(new Explanation(plan.missing().get(0), plan.missing()));
        }
        if (!plan.refresh().isEmpty() && !force) {
            throw new StepFailedException(new Explanation(
                    taken + " would restart bundles outside its slot: " + String.join(", ", plan.refresh())
                            + ". It is refused unless forced.",
                    List.of()));
        }
        return plan;
    }

    private void checkSlot(CapabilityPackage taken) throws StepFailedException {
        Optional<SlotVersion> active = around.versions().active(taken.name());
        if (around.versions().all(taken.name()).stream()
                .anyMatch(version -> version.manifest().isPlatform())) {
            throw new StepFailedException(
                    taken.name() + " is a part of the platform, which is changed with the server");
        }
        Optional<String> owner = around.versions().owner(taken.manifest().paths(), taken.name());
        if (owner.isPresent()) {
            throw new StepFailedException(taken + " wants paths that belong to " + owner.get() + ": "
                    + new TreeSet<>(taken.manifest().paths()));
        }
        if (active.isEmpty()) {
            return;
        }
        int higher = taken.version().compareTo(active.get().version());
        if (higher == 0) {
            throw new StepFailedException(taken + " serves already; a change needs a higher version");
        }
        if (higher < 0) {
            throw new StepFailedException(
                    taken + " is a downgrade: " + active.get().version() + " serves. To go back use the rollback.");
        }
    }

    private Plan plan(CapabilityPackage taken) throws StepFailedException {
        List<String> install = new ArrayList<>();
        List<String> reuse = new ArrayList<>();
        Collection<String> refresh = new TreeSet<>();
        Optional<Serving> serving = Serving.of(taken.name(), around);
        List<Bundle> leaving = serving.map(Serving::bundles).orElse(List.of());
        for (Part part : taken.bundles()) {
            if (around.bundles().shared(taken, part).isPresent()) {
                reuse.add(part.toString());
                continue;
            }
            install.add(part.toString());
            for (Bundle other : around.bundles().otherVersions(part)) {
                for (Bundle dependent : around.bundles().dependents(List.of(other))) {
                    if (!leaving.contains(dependent) && !part.equals(taken.provider())) {
                        refresh.add(shown(dependent));
                    }
                }
            }
        }
        return new Plan(
                taken.name(),
                taken.version().toString(),
                serving.map(old -> old.version().version().toString()),
                install,
                reuse,
                leaving.stream().map(Planner::shown).toList(),
                List.copyOf(refresh),
                missing(taken),
                pending(taken));
    }

    private static String shown(Bundle bundle) {
        return bundle.getSymbolicName() + " " + bundle.getVersion();
    }

    /** The framework itself says what a bundle needs and who offers it; so it is installed for a moment, never resolved. */
    private List<String> missing(CapabilityPackage taken) throws StepFailedException {
        synchronized (planning) {
            List<Bundle> looked = new ArrayList<>();
            String plan = UUID.randomUUID().toString();
            try {
                for (Part part : taken.bundles()) {
                    if (around.bundles().shared(taken, part).isEmpty()) {
                        looked.add(around.bundles().installForPlan(taken, part, plan));
                    }
                }
                List<String> missing = new ArrayList<>();
                for (Bundle bundle : looked) {
                    Explanations.missing(bundle, around.bundles().wiring(), looked)
                            .ifPresent(found -> missing.addAll(found.details()));
                }
                return missing;
            } catch (IOException | BundleException | RuntimeException failed) {
                throw new StepFailedException(Explanations.of(taken.toString(), failed));
            } finally {
                forget(looked);
            }
        }
    }

    private static void forget(List<Bundle> looked) {
        for (Bundle bundle : looked) {
            try {
                bundle.uninstall();
            } catch (BundleException failed) {
                throw new IllegalStateException("A bundle that was only looked at cannot be uninstalled", failed);
            }
        }
    }

    private List<String> pending(CapabilityPackage taken) throws StepFailedException {
        if (taken.migrations().isEmpty()) {
            return List.of();
        }
        Migrations migrations = around.migrations().get();
        if (migrations == null) {
            throw new StepFailedException(taken + " has schema migrations, but the database cannot be reached");
        }
        try {
            return migrations.pending(taken.symbolicName(), taken.migrations());
        } catch (RuntimeException refused) {
            throw new StepFailedException(Explanations.of(taken.toString(), refused));
        }
    }
}
