/** Health checks: asked in parallel, with a limit in time. */
@NullMarked
package io.plinth.monitoring.internal.health;

import org.jspecify.annotations.NullMarked;
