package io.plinth.transactions.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Settings of the ledger. */
@ObjectClassDefinition(name = "Plinth transactions", description = "The ledger: accounts and transactions.")
public @interface LedgerConfig {
    @AttributeDefinition(
            name = "Committers",
            description = "Threads that commit requests, 1 to 16; each holds one database connection while it works.",
            min = "1",
            max = "16")
    int committers() default 2;

    @AttributeDefinition(
            name = "Requests in a commit",
            description = "Most requests that one database transaction commits, 1 to 1000.",
            min = "1",
            max = "1000")
    int commitRequests() default 256;

    @AttributeDefinition(
            name = "Requests that wait",
            description = "Most requests that wait for a committer, 1000 to 1000000; more are answered 503.",
            min = "1000",
            max = "1000000")
    int queueRequests() default 10_000;

    @AttributeDefinition(
            name = "Bytes that wait",
            description = "Most bytes of the requests that wait, 1048576 (1 MiB) to 1073741824 (1 GiB).",
            min = "1048576",
            max = "1073741824")
    int queueBytes() default 33_554_432;

    @AttributeDefinition(
            name = "Expiry interval",
            description = "Milliseconds between looks for holds whose time is over, 100 to 4000.",
            min = "100",
            max = "4000")
    int expiryMillis() default 1_000;

    @AttributeDefinition(
            name = "Days of an idempotency key",
            description = "Days for which the answer to a key is kept, 7 to 365.",
            min = "7",
            max = "365")
    int idempotencyDays() default 7;

    @AttributeDefinition(
            name = "Seal interval",
            description = "Milliseconds between looks for entries that are not sealed yet, 1000 to 3600000.",
            min = "1000",
            max = "3600000")
    int sealMillis() default 10_000;

    @AttributeDefinition(
            name = "Check interval",
            description = "Milliseconds between steps of the check in the background, each of 100 accounts or 2000"
                    + " transactions, 100 to 3600000.",
            min = "100",
            max = "3600000")
    int checkMillis() default 1_000;

    @AttributeDefinition(
            name = "Exports at once",
            description =
                    "Exports that may run at the same time, 1 to 100; more are answered 503. Each holds a thread of"
                            + " the server for as long as its reader takes.",
            min = "1",
            max = "100")
    int exports() default 8;
}
