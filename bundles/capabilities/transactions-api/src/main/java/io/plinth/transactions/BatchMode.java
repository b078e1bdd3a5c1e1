package io.plinth.transactions;

/** How the items of a batch hang together. */
public enum BatchMode {
    /** All or none. */
    ATOMIC,
    /** Each for itself. */
    INDEPENDENT
}
