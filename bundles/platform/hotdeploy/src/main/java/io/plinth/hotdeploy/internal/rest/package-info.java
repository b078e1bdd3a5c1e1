/** {@code /api/v1/capabilities}. */
@NullMarked
package io.plinth.hotdeploy.internal.rest;

import org.jspecify.annotations.NullMarked;
