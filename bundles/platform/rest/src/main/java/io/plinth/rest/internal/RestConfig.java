package io.plinth.rest.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Limits and habits of all JAX-RS applications. A change holds for applications published after it. */
@ObjectClassDefinition(name = "Plinth REST")
public @interface RestConfig {
    /** PID. */
    String PID = "io.plinth.rest";

    @AttributeDefinition(
            description = "Deepest nesting of a JSON body, in levels. 1 to 500, default 32.",
            min = "1",
            max = "500")
    int json_depth_max() default 32;

    @AttributeDefinition(
            description = "Longest string in a JSON body, in characters. 256 to 20000000, default 1000000.",
            min = "256",
            max = "20000000")
    int json_string_length_max() default 1_000_000;

    @AttributeDefinition(
            description = "Longest number in a JSON body, in characters. 20 to 1000, default 100.",
            min = "20",
            max = "1000")
    int json_number_length_max() default 100;

    @AttributeDefinition(
            description = "Answers from this size on are compressed for clients that accept gzip, in bytes."
                    + " 64 to 1048576, default 1024.",
            min = "64",
            max = "1048576")
    int gzip_bytes_min() default 1024;
}
