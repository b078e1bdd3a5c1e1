package io.plinth.artemis.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Settings of the embedded broker. */
@ObjectClassDefinition(
        name = "Plinth embedded broker",
        description = "ActiveMQ Artemis inside the server; unused when an external broker is configured.")
@interface BrokerConfig {
    @AttributeDefinition(
            name = "Memory for messages",
            description = "Bytes of message bodies that all queues together keep in memory before they page to disk;"
                    + " 4194304 (4 MiB) to 1073741824 (1 GiB).",
            min = "4194304",
            max = "1073741824")
    long memoryBytes() default 33_554_432;

    @AttributeDefinition(
            name = "Memory for messages of one queue",
            description = "Bytes of message bodies that one queue keeps in memory before it pages to disk;"
                    + " 1048576 (1 MiB) to 1073741824 (1 GiB).",
            min = "1048576",
            max = "1073741824")
    long queueMemoryBytes() default 8_388_608;

    @AttributeDefinition(
            name = "Disk for messages of one queue",
            description = "Bytes that one queue may page to disk before it refuses more; events then wait in the"
                    + " outbox. 16777216 (16 MiB) to 1099511627776 (1 TiB).",
            min = "16777216",
            max = "1099511627776")
    long queueDiskBytes() default 4_294_967_296L;

    @AttributeDefinition(
            name = "Disk usage at which senders are held",
            description = "Percent of the volume of the data folder, 1 to 100.",
            min = "1",
            max = "100")
    int maxDiskUsagePercent() default 95;

    @AttributeDefinition(
            name = "Delivery attempts",
            description = "How often a message is delivered before it moves to DLQ, 1 to 1000.",
            min = "1",
            max = "1000")
    int maxDeliveryAttempts() default 10;

    @AttributeDefinition(
            name = "Redelivery delay",
            description = "Milliseconds before a message that a consumer gave back is delivered again, 0 to 3600000."
                    + " Above 0 later events of the same subject overtake it.",
            min = "0",
            max = "3600000")
    long redeliveryDelayMillis() default 0;

    @AttributeDefinition(
            name = "Remembered event ids",
            description = "Ids that each queue remembers, also across restarts, to drop an event that is published"
                    + " again; 20000 to 1000000. Each costs about 200 bytes of memory once used.",
            min = "20000",
            max = "1000000")
    int idCacheSize() default 20_000;

    @AttributeDefinition(
            name = "Worker threads",
            description = "Threads of the broker, 5 to 100.",
            min = "5",
            max = "100")
    int threads() default 10;
}
