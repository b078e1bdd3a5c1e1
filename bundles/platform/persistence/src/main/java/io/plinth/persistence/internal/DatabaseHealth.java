package io.plinth.persistence.internal;

import io.plinth.health.Health;
import io.plinth.health.HealthCheck;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Health check {@code database}: whether it answers. */
@Component
public final class DatabaseHealth implements HealthCheck {
    private static final int VALIDATION_TIMEOUT_SECONDS = 1;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable ConnectionPool pool;

    @Override
    public String name() {
        return "database";
    }

    @Override
    public Health check() {
        ConnectionPool current = pool;
        return current == null
                ? Health.down(
                        "There is no database yet: the embedded one is starting, see logs/mariadb.log, or the one at"
                                + " PLINTH_DB_URL has not answered")
                : check(current);
    }

    static Health check(ConnectionPool pool) {
        try {
            if (answers(pool)) {
                return Health.UP;
            }
            // The connection may have broken while it rested; only a new one tells.
            pool.replaceAll();
            return answers(pool)
                    ? Health.UP
                    : Health.down("The database at " + pool.shownUrl() + " does not answer: look into its log");
        } catch (SQLException e) {
            return Health.down("The database at " + pool.shownUrl() + " gives no connection: " + e.getMessage());
        }
    }

    private static boolean answers(ConnectionPool pool) throws SQLException {
        try (Connection connection = pool.take()) {
            return connection.isValid(VALIDATION_TIMEOUT_SECONDS);
        }
    }
}
