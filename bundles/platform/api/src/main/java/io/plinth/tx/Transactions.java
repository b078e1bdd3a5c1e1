package io.plinth.tx;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Runs work in one database transaction over the entities of the bundle that holds this service: the service is
 * bundle-scoped, so that two versions of a capability each have a persistence unit of their own.
 *
 * <p>Before the service is handed out, the bundle's migrations ({@code db/migration/V*.sql}) have been applied, under a
 * lock that holds across servers. The entities are those listed in the bundle's {@code META-INF/persistence.xml}.
 *
 * <p>Statements are cut off after the configured time. While the database is away, every call fails with
 * {@link io.plinth.problem.ProblemException} 503 {@code unavailable} and {@code Retry-After}; nothing has been written
 * then.
 */
@ProviderType
public interface Transactions {
    /**
     * Runs the work in a read-write transaction and commits it. Deadlocks and serialisation failures are retried up to
     * three times, so the work must have no effect outside the transaction; use {@link Transaction#afterCommit}.
     *
     * @throws RuntimeException what the work threw, after rollback
     */
    <T> T write(TransactionalWork<T> work);

    /** Runs the work in a read-only transaction on one snapshot. */
    <T> T read(TransactionalWork<T> work);
}
