package io.plinth.monitoring.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What makes this server ready, and how much it measures. */
@ObjectClassDefinition(name = "Plinth monitoring")
public @interface MonitoringConfig {
    /** PID. */
    String PID = "io.plinth.monitoring";

    @AttributeDefinition(
            description = "Capabilities without which the server is not ready, separated by commas. issuer is not"
                    + " expected while plinth.issuer names an external one. Default issuer, capabilities.")
    String expected_capabilities() default "issuer, capabilities";

    @AttributeDefinition(
            description = "Health checks without which the server is not ready, separated by commas."
                    + " Default database, broker.")
    String expected_checks() default "database, broker";

    @AttributeDefinition(
            description = "How long a health check may take before it counts as down, in milliseconds."
                    + " 100 to 10000, default 2000.",
            min = "100",
            max = "10000")
    long check_timeout_millis() default 2000;

    @AttributeDefinition(
            description =
                    "How long the result of a health check is used again, in milliseconds. 0 to 60000, default 1000.",
            min = "0",
            max = "60000")
    long check_reuse_millis() default 1000;

    @AttributeDefinition(
            description = "Meters (one combination of name and tags each) that are kept; more are dropped."
                    + " 100 to 100000, default 5000.",
            min = "100",
            max = "100000")
    int meters_max() default 5000;

    @AttributeDefinition(
            description = "Different values that one tag of one meter may take; meters beyond are dropped."
                    + " 10 to 10000, default 300.",
            min = "10",
            max = "10000")
    int tag_values_max() default 300;
}
