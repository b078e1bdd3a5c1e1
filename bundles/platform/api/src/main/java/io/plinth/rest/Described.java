package io.plinth.rest;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a parameter of a resource method means, for {@code /openapi.json}: a sentence, with unit and range. Not needed for
 * those that mean the same everywhere: {@code limit}, {@code cursor}, {@code If-Match}, {@code If-None-Match} and
 * {@code Idempotency-Key}.
 */
@Documented
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
public @interface Described {
    /** The sentence. */
    String value();
}
