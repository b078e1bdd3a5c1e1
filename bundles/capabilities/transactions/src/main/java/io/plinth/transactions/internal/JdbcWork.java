package io.plinth.transactions.internal;

import io.plinth.tx.Transaction;
import io.plinth.tx.TransactionalWork;
import java.sql.SQLException;

/** Work by plain statements inside a transaction. */
@FunctionalInterface
interface JdbcWork<T> {
    T in(Transaction transaction) throws SQLException;

    /** As the platform takes it; it finds the failure of the database among the causes. */
    static <T> TransactionalWork<T> of(JdbcWork<T> work) {
        return transaction -> {
            try {
                return work.in(transaction);
            } catch (SQLException failure) {
                throw new LedgerDatabaseException(failure);
            }
        };
    }

    /** A statement that the database did not do. */
    final class LedgerDatabaseException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        LedgerDatabaseException(SQLException cause) {
            super("A statement of the ledger failed: " + cause.getMessage(), cause);
        }
    }
}
