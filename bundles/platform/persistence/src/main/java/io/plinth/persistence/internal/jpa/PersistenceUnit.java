package io.plinth.persistence.internal.jpa;

import java.net.URL;
import java.sql.Connection;
import java.util.Map;
import javax.persistence.EntityManager;
import javax.persistence.EntityManagerFactory;
import javax.sql.DataSource;
import org.eclipse.persistence.jpa.PersistenceProvider;
import org.eclipse.persistence.sessions.server.ServerSession;

/** A ready persistence unit whose entity managers run on a connection that the caller holds. */
public final class PersistenceUnit implements AutoCloseable {
    private final EntityManagerFactory factory;
    private final BoundDataSource source;

    /**
     * Makes the unit.
     *
     * @param descriptor of the bundle
     * @param name unique in this process, or two versions of a bundle get one session
     * @param loader that sees the entities
     * @param root of the bundle
     * @param fallback for what EclipseLink asks outside of a transaction
     */
    public PersistenceUnit(
            PersistenceDescriptor descriptor, String name, ClassLoader loader, URL root, DataSource fallback) {
        this.source = new BoundDataSource(fallback);
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            EntityManagerFactory made = new PersistenceProvider()
                    .createContainerEntityManagerFactory(
                            new BundleUnitInfo(descriptor, name, loader, root, source), Map.of());
            if (made == null) {
                throw new IllegalStateException("EclipseLink did not take the persistence unit " + name);
            }
            this.factory = made;
            // The transaction is begun anew as a whole; EclipseLink would try for 15 s on the same broken connection.
            factory.unwrap(ServerSession.class).getLogin().setConnectionHealthValidatedOnError(false);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** An entity manager on the connection; {@link #release} must follow on the same thread. */
    public EntityManager open(Connection connection) {
        source.bind(connection);
        boolean isOpen = false;
        try {
            EntityManager opened = factory.createEntityManager();
            isOpen = true;
            return opened;
        } finally {
            if (!isOpen) {
                source.bind(null);
            }
        }
    }

    /** Lets go of the connection. */
    public void release() {
        source.bind(null);
    }

    @Override
    public void close() {
        factory.close();
    }
}
