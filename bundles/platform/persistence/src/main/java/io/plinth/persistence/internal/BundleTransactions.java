package io.plinth.persistence.internal;

import io.plinth.event.Outbox;
import io.plinth.health.StartupFailure;
import io.plinth.persistence.internal.jpa.PersistenceDescriptor;
import io.plinth.persistence.internal.jpa.PersistenceUnit;
import io.plinth.tx.Migrations;
import io.plinth.tx.TransactionalWork;
import io.plinth.tx.Transactions;
import java.net.URL;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ServiceScope;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The transactions of one bundle: made when it asks for them, gone when it lets go. */
@Component(scope = ServiceScope.BUNDLE)
public final class BundleTransactions implements Transactions {
    private static final Logger LOG = LoggerFactory.getLogger(BundleTransactions.class);

    private final @Nullable PersistenceUnit unit;
    private final Transactions transactions;

    @Activate
    public BundleTransactions(
            ComponentContext context,
            @Reference ConnectionPool pool,
            @Reference Outbox outbox,
            @Reference Migrations migrations,
            @Reference(target = StartupFailure.FILTER, cardinality = ReferenceCardinality.OPTIONAL) @Nullable
                    Consumer<String> startupFailure) {
        Bundle bundle = context.getUsingBundle();
        if (bundle == null) {
            throw new IllegalStateException("Transactions are for bundles");
        }
        long start = System.nanoTime();
        try {
            migrations.apply(bundle);
            unit = unit(bundle, pool);
        } catch (RuntimeException e) {
            String message = "The database part of " + bundle.getSymbolicName() + " " + bundle.getVersion()
                    + " cannot be used: " + e.getMessage();
            LOG.error("{}", message, e);
            if (startupFailure != null) {
                startupFailure.accept(message);
            }
            throw e;
        }
        transactions = new JdbcTransactions(pool, outbox, unit);
        LOG.info(
                "{} {} has its tables and entities after {} ms",
                bundle.getSymbolicName(),
                bundle.getVersion(),
                (System.nanoTime() - start) / 1_000_000);
    }

    @Deactivate
    void deactivate() {
        if (unit != null) {
            unit.close();
        }
    }

    @Override
    public <T> T write(TransactionalWork<T> work) {
        return transactions.write(work);
    }

    @Override
    public <T> T read(TransactionalWork<T> work) {
        return transactions.read(work);
    }

    private static @Nullable PersistenceUnit unit(Bundle bundle, ConnectionPool pool) {
        URL address = bundle.getEntry(PersistenceDescriptor.PATH);
        if (address == null) {
            return null;
        }
        PersistenceDescriptor descriptor = PersistenceDescriptor.read(address);
        String name = descriptor.unit() + "-" + bundle.getBundleId() + "-" + bundle.getVersion();
        ClassLoader loader = bundle.adapt(BundleWiring.class).getClassLoader();
        return new PersistenceUnit(descriptor, name, loader, bundle.getEntry("/"), new SharedDataSource(pool));
    }
}
