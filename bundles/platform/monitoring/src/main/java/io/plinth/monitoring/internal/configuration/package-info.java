@NullMarked
package io.plinth.monitoring.internal.configuration;

import org.jspecify.annotations.NullMarked;
