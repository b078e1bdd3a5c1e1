/**
 * Commands of the Karaf shell in scope {@code plinth}. A command exists while the services it refers to do, so that the
 * shell follows capabilities as they come and go.
 */
@NullMarked
package io.plinth.shell.internal;

import org.jspecify.annotations.NullMarked;
