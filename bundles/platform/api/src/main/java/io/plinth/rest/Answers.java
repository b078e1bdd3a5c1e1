package io.plinth.rest;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a resource method answers when all is well, for {@code /openapi.json}. Needed only where the return type does not
 * say it: with {@code Response}, or with another status than the usual one.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Answers {
    /** HTTP status code, 200 to 399. */
    int status() default 200;

    /** Type of the body; {@code void} for none. */
    Class<?> body() default void.class;

    /**
     * Statuses of the refusals that its parameters, body and roles do not tell, such as 409 and 422. Those of a malformed
     * request, of tokens, roles, unknown ids, entity tags and media types are known already.
     */
    int[] refusals() default {};

    /** Type of the items, for a body that is a {@link Page} of them. */
    Class<?> pageOf() default void.class;
}
