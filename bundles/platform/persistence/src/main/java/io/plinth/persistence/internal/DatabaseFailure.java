package io.plinth.persistence.internal;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;
import java.util.Set;
import javax.persistence.OptimisticLockException;

/** What a failure of the database means for the one who asked. */
enum DatabaseFailure {
    /** Lost against another transaction; the same again may succeed. */
    CONFLICT,
    /** The connection broke or could not be had. */
    DISCONNECTED,
    /** The database cut the statement off, or takes no writes now. */
    UNAVAILABLE,
    /** A wrong statement, a violated constraint: nothing that time would heal. */
    OTHER;

    // Numbers: https://mariadb.com/kb/en/mariadb-error-codes/
    private static final Set<Integer> CONFLICTS = Set.of(1020, 1205, 1213);
    private static final Set<Integer> DISCONNECTS = Set.of(1040, 1047, 1053, 1152, 1184, 1203, 1226, 1927);
    /** Statement time exceeded or interrupted, disk full, table full, read-only. */
    private static final Set<Integer> UNAVAILABLES = Set.of(1969, 1317, 1021, 1114, 1290, 1836);

    private static final int CAUSES_MAX = 20;

    static DatabaseFailure of(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
            if (cause instanceof OptimisticLockException) {
                return CONFLICT;
            }
            if (cause instanceof SQLException sql) {
                return ofSql(sql);
            }
            cause = cause.getCause();
        }
        return OTHER;
    }

    /** The first {@link SQLException} among the causes. */
    static Optional<SQLException> sql(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
            if (cause instanceof SQLException sql) {
                return Optional.of(sql);
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }

    private static DatabaseFailure ofSql(SQLException failure) {
        String state = failure.getSQLState() == null ? "" : failure.getSQLState();
        if (CONFLICTS.contains(failure.getErrorCode()) || state.startsWith("40")) {
            return CONFLICT;
        }
        if (DISCONNECTS.contains(failure.getErrorCode())
                || state.startsWith("08")
                || failure instanceof SQLTransientConnectionException
                || failure instanceof SQLNonTransientConnectionException) {
            return DISCONNECTED;
        }
        return UNAVAILABLES.contains(failure.getErrorCode()) ? UNAVAILABLE : OTHER;
    }
}
