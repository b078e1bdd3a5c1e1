package io.plinth.persistence.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the access to the database, PID {@code io.plinth.persistence}. */
@ObjectClassDefinition(name = "Plinth persistence", description = "A change reconnects to the database.")
@interface PersistenceConfig {
    @AttributeDefinition(
            name = "Largest pool",
            description = "Most connections at the same time, 2 to 500.",
            min = "2",
            max = "500")
    int pool_size_max() default 16;

    @AttributeDefinition(
            name = "Idle connections",
            description = "Connections kept open while nothing happens, 1 to 500, at most pool.size.max.",
            min = "1",
            max = "500")
    int pool_idle_min() default 2;

    @AttributeDefinition(
            name = "Connection timeout",
            description = "How long a request waits for a connection before it is answered with 503, in milliseconds,"
                    + " 250 to 30000.",
            min = "250",
            max = "30000")
    int connection_timeout_millis() default 1_500;

    @AttributeDefinition(
            name = "Connection lifetime",
            description =
                    "Age at which a connection is replaced, in seconds, 60 to 86400; less than wait_timeout of the"
                            + " database.",
            min = "60",
            max = "86400")
    int connection_lifetime_seconds() default 1_800;

    @AttributeDefinition(
            name = "Statement timeout",
            description = "Time after which the database cuts a statement off, in seconds, 1 to 3600. Migrations have"
                    + " none at the start of the server, and migrationTimeoutMillis of io.plinth.hotdeploy later.",
            min = "1",
            max = "3600")
    int statement_timeout_seconds() default 10;

    @AttributeDefinition(
            name = "Lock timeout",
            description = "How long a statement waits for a row lock, in seconds, 1 to 3600.",
            min = "1",
            max = "3600")
    int lock_timeout_seconds() default 5;

    @AttributeDefinition(
            name = "Start timeout",
            description = "How long the start waits for an external database to answer, in seconds, 1 to 600.",
            min = "1",
            max = "600")
    int start_timeout_seconds() default 10;
}
