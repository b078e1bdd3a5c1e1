package io.plinth.transactions.internal.rest;

import io.plinth.transactions.Movement;
import java.time.Instant;

/** A line of a statement as JSON. */
public record MovementBody(
        long sequence, String transactionId, String direction, long amount, long balanceAfter, Instant at) {
    static MovementBody of(Movement movement) {
        return new MovementBody(
                movement.sequence(),
                movement.transactionId(),
                movement.direction().directionName(),
                movement.amount(),
                movement.balanceAfter(),
                movement.at());
    }
}
