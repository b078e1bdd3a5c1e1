package io.plinth.jetty.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Connectors of the server. Ports come from PLINTH_HTTPS_PORT and PLINTH_HTTP_PORT. */
@ObjectClassDefinition(name = "Plinth connectors")
public @interface JettyConfig {
    @AttributeDefinition(description = "Address of the HTTPS connector; 0.0.0.0 is all interfaces.")
    String httpsAddress() default "0.0.0.0";

    @AttributeDefinition(
            description =
                    "Time without a byte after which a connection is closed, in milliseconds; 1,000 to 3,600,000.",
            min = "1000",
            max = "3600000")
    long idleTimeoutMillis() default 30_000;

    @AttributeDefinition(
            description = "Largest request header, in bytes; 1,024 to 65,536. Larger ones get 431.",
            min = "1024",
            max = "65536")
    int headerBytesMax() default 8_192;

    @AttributeDefinition(description = "Connections waiting to be accepted, 1 to 65,535.", min = "1", max = "65535")
    int acceptQueueSize() default 1_024;
}
