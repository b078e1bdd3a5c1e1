package io.plinth.messaging.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Settings of the relay. */
@ObjectClassDefinition(
        name = "Plinth messaging",
        description = "The relay that publishes the events of the outbox to the broker.")
@interface RelayConfig {
    @AttributeDefinition(
            name = "Events in a batch",
            description = "Most events in one broker transaction, 1 to 5000.",
            min = "1",
            max = "5000")
    int batchEvents() default 2_000;

    @AttributeDefinition(
            name = "Bytes in a batch",
            description = "Most bytes of event bodies in one batch, 524288 (512 KiB) to 67108864 (64 MiB);"
                    + " a batch has at least one event.",
            min = "524288",
            max = "67108864")
    int batchBytes() default 4_194_304;

    @AttributeDefinition(
            name = "Lanes in a batch",
            description = "Most of the 32 lanes that this server takes at a time, 1 to 32; fewer let more servers"
                    + " publish side by side.",
            min = "1",
            max = "32")
    int batchLanes() default 8;

    @AttributeDefinition(
            name = "Poll interval",
            description = "Milliseconds between looks for events that other servers have written, 50 to 60000.",
            min = "50",
            max = "60000")
    int pollMillis() default 500;

    @AttributeDefinition(
            name = "Publish timeout",
            description = "Seconds after which a broker that does not take a batch counts as down, 2 to 300.",
            min = "2",
            max = "300")
    int publishTimeoutSeconds() default 30;

    @AttributeDefinition(
            name = "Publish attempts",
            description = "How often the broker may refuse one event before it moves to DLQ, 1 to 100.",
            min = "1",
            max = "100")
    int publishAttempts() default 5;

    @AttributeDefinition(
            name = "Retention",
            description = "Days after which an event that nobody has fetched expires, 1 to 365.",
            min = "1",
            max = "365")
    int retentionDays() default 7;
}
