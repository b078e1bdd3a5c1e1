/** Strict JSON bodies. */
@NullMarked
package io.plinth.rest.internal.json;

import org.jspecify.annotations.NullMarked;
