package io.plinth.transactions.internal;

import io.plinth.transactions.Movement.Direction;
import java.time.Instant;
import java.util.UUID;

/** A row of {@code entries}. */
record EntryRow(
        UUID accountId,
        long sequence,
        UUID transactionId,
        Direction direction,
        long amount,
        long balanceAfter,
        Instant at) {}
