/** /health and /metrics. */
@NullMarked
package io.plinth.monitoring.internal.rest;

import org.jspecify.annotations.NullMarked;
