package io.plinth.capability;

import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Installs, upgrades, rolls back and removes capabilities while the server serves. Operations on one capability run one
 * after the other; what is refused or fails leaves the server as it was.
 */
@ProviderType
public interface CapabilityOperations {
    /** Largest package, in bytes. */
    long PACKAGE_BYTES_MAX = 256L << 20;

    /**
     * What {@link #install} would do; nothing is changed.
     *
     * @throws io.plinth.problem.ProblemException 422 when the package is refused
     */
    Plan plan(InputStream capabilityPackage, Options options);

    /**
     * Begins to install a capability or to upgrade it. The package is read and inspected before this returns.
     *
     * @param capabilityPackage a bundle or a .kar, read to its end, not closed
     * @param initiator who asked, for the audit log
     * @throws io.plinth.problem.ProblemException 422 when the package is refused, 503 when too many operations wait
     */
    Operation install(InputStream capabilityPackage, Options options, String initiator);

    /**
     * Begins to go back to the version before.
     *
     * @throws io.plinth.problem.ProblemException 404 for an unknown capability, 409 when there is no version before
     */
    Operation rollback(String name, String initiator);

    /**
     * Begins to remove a capability.
     *
     * @param force removes it although other capabilities use its services
     * @throws io.plinth.problem.ProblemException 404 for an unknown capability, 409 when it is part of the platform or used
     *     by another capability
     */
    Operation remove(String name, boolean force, String initiator);

    /** An operation as it stands now; the last 200 are remembered, also over a restart. */
    Optional<Operation> operation(UUID id);

    /** The operations that are remembered, newest first. */
    List<Operation> operations();

    /** The installed capabilities, ordered by name. */
    List<Installed> installed();

    /**
     * Why a capability does not serve, or what its last operation failed of.
     *
     * @throws io.plinth.problem.ProblemException 404 for a capability that was never heard of
     */
    Explanation why(String name);

    /** How the traffic is given to a new version. */
    enum Strategy {
        /** All of it at one stroke. */
        SWAP,
        /** A share of the callers, in steps. */
        CANARY
    }

    /**
     * How to install.
     *
     * @param strategy how the traffic is given
     * @param force whether other capabilities may be refreshed
     * @param probation how long the new version is watched; {@code null} for the configured time
     */
    record Options(
            Strategy strategy, boolean force, @Nullable Duration probation) {
        public static final Options DEFAULT = new Options(Strategy.SWAP, false, null);
    }

    /** What an operation does. */
    enum Kind {
        INSTALL,
        UPGRADE,
        ROLLBACK,
        REMOVE
    }

    /** States of an operation. */
    enum OperationState {
        RUNNING,
        SUCCEEDED,
        /** Failed, and the version before serves. */
        ROLLED_BACK,
        /** Failed before anything was changed. */
        REFUSED
    }

    /** States of a step. */
    enum StepState {
        PENDING,
        RUNNING,
        SUCCEEDED,
        FAILED,
        SKIPPED
    }

    /**
     * One step.
     *
     * @param tookMillis until now, while it runs
     * @param detail what there is to say about it; may be empty
     */
    record Step(String name, StepState state, long tookMillis, String detail) {}

    /**
     * An operation: a snapshot.
     *
     * @param fromVersion that served before; {@code null} for none
     * @param toVersion that is to serve; {@code null} for none
     * @param reason one line that says why it failed, or what else there is to know; {@code null} for nothing
     * @param details below the reason
     * @param leak what the leak check of the old version found; {@code null} while it was not made
     */
    record Operation(
            UUID id,
            Kind kind,
            String capability,
            @Nullable String fromVersion,
            @Nullable String toVersion,
            Strategy strategy,
            OperationState state,
            List<Step> steps,
            @Nullable String reason,
            List<String> details,
            @Nullable String leak,
            String initiator,
            Instant startedAt,
            @Nullable Instant endedAt) {
        public Operation {
            steps = List.copyOf(steps);
            details = List.copyOf(details);
        }
    }

    /**
     * What an installation would do.
     *
     * @param install bundles, each as {@code symbolic.name version}
     * @param reuse bundles of the package that are there already
     * @param stop bundles of the version before, which stop once they have drained
     * @param refresh bundles outside the slot that would be restarted; only with force
     * @param missing requirements that nothing provides, in words; with any, the installation is refused
     * @param migrations schema changes that would run, file names
     */
    record Plan(
            String capability,
            String version,
            Optional<String> fromVersion,
            List<String> install,
            List<String> reuse,
            List<String> stop,
            List<String> refresh,
            List<String> missing,
            List<String> migrations) {
        public Plan {
            install = List.copyOf(install);
            reuse = List.copyOf(reuse);
            stop = List.copyOf(stop);
            refresh = List.copyOf(refresh);
            missing = List.copyOf(missing);
            migrations = List.copyOf(migrations);
        }
    }

    /**
     * An installed capability.
     *
     * @param state {@code starting}, {@code standby}, {@code active}, {@code draining} or {@code set-aside}
     * @param previousVersion that a rollback goes to; {@code null} for none
     * @param since when this version began to serve
     */
    record Installed(
            String name,
            String version,
            String state,
            @Nullable String previousVersion,
            List<InstalledBundle> bundles,
            @Nullable Instant since) {
        public Installed {
            bundles = List.copyOf(bundles);
        }
    }

    /** A bundle of a capability. */
    record InstalledBundle(long id, String symbolicName, String version, String state) {}

    /**
     * A cause in words.
     *
     * @param line one line that a person understands
     * @param details what it was derived from
     */
    record Explanation(String line, List<String> details) {
        public Explanation {
            details = List.copyOf(details);
        }
    }
}
