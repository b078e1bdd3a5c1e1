package io.plinth.transactions;

/** The stored answer to a request with an idempotency key: the same again is answered the same, for 7 days. */
public sealed interface Outcome {
    /** Whether it was stored before, by an earlier request with the same key. */
    boolean isReplayed();

    /**
     * It was done.
     *
     * @param transaction as it was when it was made, with its first status, also when it is answered again
     */
    record Done(LedgerTransaction transaction, boolean isReplayed) implements Outcome {}

    /** It was refused; nothing was written but this. */
    record Refused(Refusal refusal, boolean isReplayed) implements Outcome {}
}
