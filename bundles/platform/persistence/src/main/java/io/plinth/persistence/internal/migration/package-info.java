/** Schema migrations by Flyway, and the check that they only expand. */
@NullMarked
package io.plinth.persistence.internal.migration;

import org.jspecify.annotations.NullMarked;
