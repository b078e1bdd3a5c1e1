package io.plinth.gateway.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Limits of the way in. */
@ObjectClassDefinition(name = "Plinth gateway")
public @interface GateConfig {
    @AttributeDefinition(
            description = "Largest request body, in bytes; 1,024 to 1,073,741,824. Larger ones get 413.",
            min = "1024",
            max = "1073741824")
    long bodyBytesMax() default 1_048_576;

    @AttributeDefinition(
            description = "Time for a request body to arrive whole, in milliseconds; 100 to 3,600,000.",
            min = "100",
            max = "3600000")
    long bodyTimeoutMillis() default 30_000;

    @AttributeDefinition(
            description = "How long a shutdown waits for the requests in flight, in milliseconds; 0 to 600,000.",
            min = "0",
            max = "600000")
    long drainTimeoutMillis() default 30_000;

    @AttributeDefinition(
            description = "Requests that may wait for a capability that does not serve at this moment; 0 to 100,000."
                    + " More get 503.",
            min = "0",
            max = "100000")
    int parkedRequestsMax() default 1_000;

    @AttributeDefinition(
            description =
                    "How long such a request waits, in milliseconds; 0 to 25,000. Then it gets 503 with Retry-After.",
            min = "0",
            max = "25000")
    long parkTimeoutMillis() default 10_000;

    @AttributeDefinition(
            description = "Retry-After on 503 answers of the gateway, in seconds; 1 to 3,600.",
            min = "1",
            max = "3600")
    int retryAfterSeconds() default 2;

    @AttributeDefinition(
            description = "Strict-Transport-Security max-age on HTTPS, in seconds; 0 to 315,360,000. 0 leaves it out.",
            min = "0",
            max = "315360000")
    long hstsMaxAgeSeconds() default 31_536_000;
}
