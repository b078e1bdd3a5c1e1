package io.plinth.persistence.internal;

import io.micrometer.core.instrument.MeterRegistry;
import io.plinth.health.StartupFailure;
import io.plinth.tx.Database;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the pool on the database, the embedded or the external one, and closes it when the database is taken away. */
@Component(
        configurationPid = "io.plinth.persistence",
        immediate = true,
        service = {})
@Designate(ocd = PersistenceConfig.class)
public final class PooledDatabase {
    private static final Logger LOG = LoggerFactory.getLogger(PooledDatabase.class);

    private final ConnectionPool pool;
    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();

    @Activate
    public PooledDatabase(
            BundleContext context,
            PersistenceConfig config,
            @Reference Database database,
            @Reference MeterRegistry meterRegistry,
            @Reference(
                            target = StartupFailure.FILTER,
                            cardinality = ReferenceCardinality.OPTIONAL,
                            policyOption = ReferencePolicyOption.RELUCTANT)
                    @Nullable
                    Consumer<String> startupFailure) {
        try {
            pool = new ConnectionPool(
                    database.url(), database.user(), database.password(), PoolSettings.of(config), meterRegistry);
        } catch (IllegalArgumentException e) {
            if (startupFailure != null) {
                startupFailure.accept(String.valueOf(e.getMessage()));
            }
            throw e;
        }
        registrations.add(context.registerService(ConnectionPool.class, pool, null));
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put("osgi.jndi.service.name", "plinth");
        registrations.add(context.registerService(DataSource.class, new SharedDataSource(pool), properties));
        LOG.info("Connected to {}", pool.shownUrl());
    }

    @Deactivate
    void deactivate() {
        registrations.forEach(ServiceRegistration::unregister);
        pool.close();
    }
}
