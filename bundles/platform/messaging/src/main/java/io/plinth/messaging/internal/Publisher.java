package io.plinth.messaging.internal;

import java.time.Duration;
import java.util.List;

/** Brings events to the broker. */
interface Publisher {
    /**
     * Publishes the events; those of one ordering key in the order given. An event that is published again, since its first
     * publication was not noted, reaches its queue only once.
     *
     * @param patience after which a broker that does not take them counts as down
     * @return what became of them; events in neither of its lists wait for an earlier one of their ordering key, or for their
     *     destination
     * @throws BrokerUnavailableException when the broker did not answer: each of the events may or may not be published
     */
    Outcome publish(List<OutboxRow> events, Duration patience) throws BrokerUnavailableException;

    /**
     * Puts an event aside, into DLQ.
     *
     * @param reason why it cannot be published
     * @return what keeps DLQ from taking it; empty when it did
     */
    String deadLetter(OutboxRow event, String reason) throws BrokerUnavailableException;

    /**
     * What became of a batch.
     *
     * @param published the broker has them on disk
     * @param refused the broker took neither these nor later events of their ordering keys
     */
    record Outcome(List<OutboxRow> published, List<Refusal> refused) {
        public Outcome {
            published = List.copyOf(published);
            refused = List.copyOf(refused);
        }
    }

    /**
     * An event that the broker refused.
     *
     * @param isPoison whether the event itself is at fault; else the queue is full or the login lacks a right, and trying
     *     again may help
     */
    record Refusal(OutboxRow event, String reason, boolean isPoison) {}
}
