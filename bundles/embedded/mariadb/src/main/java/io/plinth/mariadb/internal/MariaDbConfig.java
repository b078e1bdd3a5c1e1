package io.plinth.mariadb.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the embedded MariaDB, PID {@code io.plinth.mariadb}. */
@ObjectClassDefinition(
        name = "Plinth embedded MariaDB",
        description = "Used when PLINTH_DB_URL is not set. A change restarts the database.")
@interface MariaDbConfig {
    @AttributeDefinition(
            name = "Buffer pool",
            description = "Memory for cached pages, in MiB, 16 to 65536.",
            min = "16",
            max = "65536")
    int buffer_pool_mib() default 128;

    @AttributeDefinition(
            name = "Redo log",
            description = "Size of the redo log on disk, in MiB, 16 to 16384; larger smooths heavy writing.",
            min = "16",
            max = "16384")
    int redo_log_mib() default 48;

    @AttributeDefinition(
            name = "Connections",
            description = "Connections at the same time, 10 to 10000; more than the pool of io.plinth.persistence.",
            min = "10",
            max = "10000")
    int connections_max() default 100;

    @AttributeDefinition(
            name = "Binary log",
            description = "true writes the binary log, kept for 7 days, for point-in-time recovery; costs a second sync"
                    + " to disk for each commit.")
    boolean binary_log() default false;

    @AttributeDefinition(
            name = "Start timeout",
            description = "How long a start may take, recovery after a crash included, in seconds, 5 to 3600.",
            min = "5",
            max = "3600")
    int start_timeout_seconds() default 120;

    @AttributeDefinition(
            name = "Stop timeout",
            description = "How long a graceful stop may take before the process is killed, in seconds, 1 to 600.",
            min = "1",
            max = "600")
    int stop_timeout_seconds() default 30;
}
