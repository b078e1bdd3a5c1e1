/** What the platform adds to each JAX-RS application. */
@NullMarked
package io.plinth.rest.internal;

import org.jspecify.annotations.NullMarked;
