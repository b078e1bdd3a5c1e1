/** The meter registry and what the JVM is measured by. */
@NullMarked
package io.plinth.monitoring.internal.metrics;

import org.jspecify.annotations.NullMarked;
