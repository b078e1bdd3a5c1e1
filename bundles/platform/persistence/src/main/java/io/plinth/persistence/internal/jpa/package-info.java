/** Persistence units of bundles, made by EclipseLink. */
@NullMarked
package io.plinth.persistence.internal.jpa;

import org.jspecify.annotations.NullMarked;
