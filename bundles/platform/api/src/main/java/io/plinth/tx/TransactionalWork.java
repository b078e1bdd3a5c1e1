package io.plinth.tx;

/** Work that runs inside one {@link Transaction}; it may run more than once. */
@FunctionalInterface
public interface TransactionalWork<T> {
    T in(Transaction transaction);
}
