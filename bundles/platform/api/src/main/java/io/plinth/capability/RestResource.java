package io.plinth.capability;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Marks a JAX-RS resource of a capability. Register it as an OSGi service of this type; the platform gathers the resources
 * of each version of a capability bundle into one application and routes the capability's public paths to it.
 *
 * <p>{@code @Path} on the class is the whole public path, such as {@code /api/v1/users}. Each method says who may call it:
 * {@code @PermitAll} or {@code @RolesAllowed}; one that says nothing is for {@code admin} alone. One instance serves all
 * requests.
 */
@ConsumerType
public interface RestResource {}
