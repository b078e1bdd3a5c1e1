package io.plinth.hotdeploy.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Limits of starting and retiring a version of a capability. */
@ObjectClassDefinition(name = "Plinth hot deployment")
public @interface HotDeployConfig {
    @AttributeDefinition(
            description = "How long a version that is being stopped waits for its requests in flight, in milliseconds;"
                    + " 0 to 600,000.",
            min = "0",
            max = "600000")
    long drainTimeoutMillis() default 30_000;

    @AttributeDefinition(
            description = "After how long a version that does not answer its probe is reported, in milliseconds;"
                    + " 1,000 to 600,000.",
            min = "1000",
            max = "600000")
    long probeTimeoutMillis() default 60_000;
}
