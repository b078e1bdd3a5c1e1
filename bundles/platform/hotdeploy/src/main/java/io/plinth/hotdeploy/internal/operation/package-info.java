/** Operations on capabilities: install, upgrade, roll back, remove, and what is done at the start. */
@NullMarked
package io.plinth.hotdeploy.internal.operation;

import org.jspecify.annotations.NullMarked;
