package io.plinth.issuer.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** PID {@code io.plinth.issuer}. */
@ObjectClassDefinition(name = "Plinth embedded issuer", description = "OAuth 2.0 tokens; unused with PLINTH_ISSUER")
public @interface IssuerConfig {
    @AttributeDefinition(
            description =
                    "Exact iss of the tokens and base of the addresses in the metadata: an https address without"
                            + " query, fragment and trailing slash, 0 to 200 characters. Empty: https://localhost:<HTTPS port>.")
    String issuer() default "";

    @AttributeDefinition(description = "Lifetime of an access token, 60 to 900 seconds.")
    int token_lifetime_seconds() default 600;

    @AttributeDefinition(
            description =
                    "Failed authentications of one client id within a minute, 1 to 1000, after which further wrong"
                            + " ones are answered 429.")
    int failures_per_minute() default 20;
}
