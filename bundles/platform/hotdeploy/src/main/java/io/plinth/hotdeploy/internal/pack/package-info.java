/** Capability packages: reading, checking and keeping them, and which of them are to be installed. */
@NullMarked
package io.plinth.hotdeploy.internal.pack;

import org.jspecify.annotations.NullMarked;
