/** Every error as a problem document. */
@NullMarked
package io.plinth.rest.internal.problem;

import org.jspecify.annotations.NullMarked;
