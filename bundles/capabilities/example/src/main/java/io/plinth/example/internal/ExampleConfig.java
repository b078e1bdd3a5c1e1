package io.plinth.example.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Settings of the example. */
@ObjectClassDefinition(name = "Plinth example", description = "The example capability.")
@interface ExampleConfig {
    @AttributeDefinition(name = "Greeting", description = "What GET /api/v1/example answers, 1 to 1000 characters.")
    String greeting() default "hello";
}
