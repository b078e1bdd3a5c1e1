package io.plinth.messaging.internal;

/**
 * One event that waits in the outbox.
 *
 * @param id order of publication within an ordering key
 * @param attempts how often the broker has refused this very event
 * @param body CloudEvents JSON
 */
record OutboxRow(
        long id, String eventId, String destination, String type, String orderingKey, int attempts, String body) {}
