package io.plinth.security.internal.token;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** PID {@code io.plinth.security.token}. */
@ObjectClassDefinition(
        name = "Plinth access tokens",
        description = "Verification of access tokens; the keys that begin with external matter only with PLINTH_ISSUER")
public @interface TokenConfig {
    @AttributeDefinition(description = "Verified tokens remembered, 0 to 1000000 entries of about 500 bytes.")
    int cache_entries() default 10_000;

    @AttributeDefinition(
            description = "How long it is remembered that a client exists and which roles a user has, 0 to 30 seconds."
                    + " A removed client or closed user is refused after that.")
    int status_seconds() default 15;

    @AttributeDefinition(
            description = "Values of the header typ that an external issuer's access tokens may have, 1 to 5 of them."
                    + " Keycloak sends JWT.")
    String[] external_types() default {"at+jwt", "application/at+jwt", "JWT"};

    @AttributeDefinition(
            description =
                    "Claim with the id of the Plinth user on whose behalf an external client acts; without the claim"
                            + " the caller has no user.")
    String external_user_claim() default "plinth_user_id";

    @AttributeDefinition(
            description =
                    "Keys of an external issuer are read again after this time, 10 to 86400 seconds; an unknown key id"
                            + " reads them earlier, at most every 10 s.")
    int external_refresh_seconds() default 300;

    @AttributeDefinition(description = "Longest wait for an answer of an external issuer, 100 to 30000 milliseconds.")
    int external_timeout_millis() default 3_000;

    @AttributeDefinition(
            description =
                    "PEM file of the CA certificates trusted for an external issuer's HTTPS; relative paths are taken"
                            + " from the data folder. Empty: those that Java trusts.")
    String external_ca_file() default "";
}
