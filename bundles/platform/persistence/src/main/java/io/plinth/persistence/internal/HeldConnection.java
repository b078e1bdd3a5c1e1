package io.plinth.persistence.internal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;

/** Views of a transaction's connection that cannot end the transaction. */
final class HeldConnection {
    private static final Set<String> ENDING =
            Set.of("commit", "rollback", "close", "abort", "setAutoCommit", "setReadOnly", "setTransactionIsolation");

    private HeldConnection() {}

    /** For the work: whatever would end or change the transaction is refused. Savepoints are allowed. */
    static Connection guarded(Connection connection) {
        return view(connection, true);
    }

    /** For EclipseLink, which believes to end it: such calls do nothing. */
    static Connection lenient(Connection connection) {
        return view(connection, false);
    }

    private static Connection view(Connection connection, boolean isRefusing) {
        return (Connection) Proxy.newProxyInstance(
                HeldConnection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                    boolean isSavepoint = method.getName().equals("rollback") && method.getParameterCount() == 1;
                    if (ENDING.contains(method.getName()) && !isSavepoint) {
                        if (isRefusing) {
                            throw new SQLException(
                                    "The platform ends this transaction; " + method.getName() + "() is refused");
                        }
                        return null;
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause() == null ? e : e.getCause();
                    }
                });
    }
}
