/** Clock, metrics and health of this server. */
@NullMarked
package io.plinth.monitoring.internal;

import org.jspecify.annotations.NullMarked;
